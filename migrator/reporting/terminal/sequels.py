"""What is about an earlier run, before one says yes to it: on a terminal."""

from rich.console import Console

from migrator.model.still_going import StillGoing
from migrator.reporting.model import RunForm
from migrator.reporting.notes import notes_on
from migrator.reporting.terminal.causes import show_causes
from migrator.reporting.terminal.lines import Page, show_notes, show_path, table_of


def show_cutover_plan(console: Console, form: RunForm) -> None:
    """What is to be switched."""
    order = ("source", "destination")[:: -1 if form.purpose == "cutover-back" else 1]
    _show_sequel(
        Page(console),
        form,
        columns={"switched": "switch", "exists": "switched already", "skipped": "cannot be"},
        action="switch",
        title=f"Paused at the {order[0]}, then released at the {order[1]}, one by one, automations last:",
    )


def show_still_going(console: Console, going: StillGoing) -> None:
    """What pausing does not stop."""
    page = Page(console)
    under_way = (f"{key}: {number} under way" for key, number in going.under_way.items())
    by_hand = (f"{key}: {number} scheduled by hand or by API" for key, number in going.by_hand.items())
    page.list("Pausing does not stop these runs:", [*under_way, *by_hand])
    if going.last_due:
        page.sentence(f"The last of them is due at {going.last_due}.")
    if not going.complete:
        page.sentence("There are more; these are the ones that were looked through.")
    page.sentence("Whoever starts runs by API still can: a paused deployment accepts them.")


def show_rollback_plan(console: Console, form: RunForm, runs: int) -> None:
    """What is to be undone, and what that costs."""
    page = Page(console)
    columns = {"removed": "remove", "restored": "restore", "exists": "gone already", "skipped": "keep"}
    _show_sequel(page, form, columns=columns, action="remove", title="Removed, dependents first:")
    if runs:
        page.sentence(f"{runs} flow runs at the destination go with their flows.", style="bold")


def _show_sequel(page: Page, form: RunForm, *, columns: dict[str, str], action: str, title: str) -> None:
    show_path(page, form)
    page.console.print(table_of(form, columns))
    page.list(title, (r.key for r in form.resources if r.action == action))
    notes = notes_on(form.resources)
    show_causes(page, notes, failed="Would fail", skipped="Stays as it is", mendable=False)
    show_notes(page, notes)
    page.groups("To be changed:", notes.changed)
