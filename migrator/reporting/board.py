"""A board: how far each kind of a run is, as bars, and what failed last."""

from collections.abc import Iterable, Mapping, Sequence

from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from migrator.reporting.lines import Page
from migrator.reporting.model import FailureForm, KindForm

#: Columns that a bar takes.
BAR = 20


def bars_of(kinds: Mapping[str, KindForm]) -> Table:
    """A bar for each kind, how many of it have settled, and how many of those did not land."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for justify in ("left", "left", "right", "left"):
        table.add_column(justify=justify, no_wrap=True)
    for kind, form in kinds.items():
        table.add_row(kind, _bar(form), f"{form.settled} of {form.nodes}", _lost(form.outcomes))
    return table


def _bar(form: KindForm) -> ProgressBar:
    # What has no node has nothing to wait for.
    return ProgressBar(total=max(1, form.nodes), completed=form.settled if form.nodes else 1, width=BAR)


def _lost(outcomes: Mapping[str, int]) -> Text:
    parts = ((outcome, style) for outcome, style in (("failed", "red"), ("skipped", "yellow")) if outcomes.get(outcome))
    return Text("  ").join(Text(f"{outcomes[outcome]} {outcome}", style) for outcome, style in parts)


def show_failures(page: Page, failures: Sequence[FailureForm]) -> None:
    """What failed last, newest first."""
    page.list("Failed last", lines_of(failures), "bold red")


def lines_of(failures: Iterable[FailureForm]) -> Iterable[str]:
    """Failures, a line each."""
    return (f"{failure.key}: {failure.error.message}" for failure in failures)
