"""What became of a run, on a terminal."""

from rich.console import Console

from migrator.reporting.model import RunForm
from migrator.reporting.moments import duration
from migrator.reporting.next_steps import next_steps
from migrator.reporting.notes import notes_on
from migrator.reporting.terminal.causes import show_causes
from migrator.reporting.terminal.lines import Page, show_left_behind, show_notes, show_path, show_steps, table_of

_COLUMNS = ("created", "updated", "switched", "removed", "restored", "exists", "skipped", "failed", "pending")
#: What `exists` means where nothing is to be done because it has been done.
_DONE_ALREADY = {"cutover": "already", "cutover-back": "already", "rollback": "gone already"}


def show_run(console: Console, form: RunForm, *, whole: bool = False) -> None:
    """What a run did.

    Args:
        console: Where to show it.
        form: The run.
        whole: Also what its plan has said of the source.
    """
    page = Page(console, f"migrator report {form.run} --format json names them all")
    page.gap()
    show_path(page, form)
    page.gap()
    columns = {column: column for column in _COLUMNS} | {"exists": _DONE_ALREADY.get(form.purpose, "exists")}
    console.print(table_of(form, columns))
    page.gap()
    notes = notes_on(form.resources)
    show_causes(page, notes, failed="Failed", skipped="Skipped", mendable=form.purpose == "migrate")
    show_notes(page, notes)
    page.groups("Changed:", notes.changed)
    if whole:
        show_left_behind(page, form)
    _show_end(page, form)


def _show_end(page: Page, form: RunForm) -> None:
    """How it ended, and what to type next."""
    sent = f"{form.requests.source} requests to the source, {form.requests.destination} to the destination"
    page.sentence(f"Run {form.run} {form.state} after {duration(form.seconds)}; {sent}.", style=_style(form))
    show_steps(page, next_steps(form))


def _style(form: RunForm) -> str:
    return "bold yellow" if form.totals.lost else "bold green"
