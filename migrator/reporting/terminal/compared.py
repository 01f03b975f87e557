"""How two workspaces compare, on a terminal."""

from collections.abc import Iterable, Iterator

from rich.console import Console

from migrator.model.outcome import Outcome
from migrator.reporting.model import DifferenceForm, VerifyForm
from migrator.reporting.saying import verdict_of_verification
from migrator.reporting.terminal.lines import Page, bare_table, cell

_COLUMNS = ("same", "missing", "different", "unverifiable", "extra")


def show_verification(console: Console, form: VerifyForm) -> None:
    """How two workspaces compare."""
    page = Page(console, "--json names them all")
    table = bare_table("kind", *_COLUMNS)
    for kind, counts in form.kinds.items():
        table.add_row(kind, *(cell(getattr(counts, name)) for name in _COLUMNS))
    console.print(table)
    page.list("Missing", form.missing, "bold red")
    page.list("Different", _places(form.different), "bold red")
    page.list("Cannot be compared", _places(form.unverifiable))
    page.list("Left out, as the destination's Prefect does not know it", _places(form.left_out))
    verdict = verdict_of_verification(form)
    page.sentence(verdict.said, style="red" if verdict.tone is Outcome.FAILED else "green")


def _places(found: Iterable[DifferenceForm]) -> Iterator[str]:
    return (f"{one.key}: {', '.join(one.fields)}" for one in found)
