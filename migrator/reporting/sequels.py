"""What is about an earlier run, before one says yes to it: on a terminal."""

from rich.console import Console

from migrator.model.still_going import StillGoing
from migrator.reporting.model import RunForm
from migrator.reporting.notes import notes_on
from migrator.reporting.terminal import path_of, show_list, show_notes, table_of


def show_cutover_plan(console: Console, form: RunForm) -> None:
    """What is to be switched."""
    console.print(path_of(form))
    columns = {"switched": "switch", "exists": "switched already", "skipped": "cannot be"}
    console.print(table_of(form, columns))
    order = ("source", "destination")[:: -1 if form.purpose == "cutover-back" else 1]
    show_list(
        console,
        f"Paused at the {order[0]}, then released at the {order[1]}, one by one, automations last:",
        (r.key for r in form.resources if r.action == "switch"),
    )
    show_notes(console, form, notes_on(form.resources))


def show_still_going(console: Console, going: StillGoing) -> None:
    """What pausing does not stop."""
    under_way = (f"{key}: {number} under way" for key, number in going.under_way.items())
    by_hand = (f"{key}: {number} scheduled by hand or by API" for key, number in going.by_hand.items())
    show_list(console, "Pausing does not stop these runs:", [*under_way, *by_hand])
    if going.last_due:
        console.print(f"The last of them is due at {going.last_due}.", highlight=False)
    if not going.complete:
        console.print("There are more; these are the ones that were looked through.", highlight=False)
    console.print("Whoever starts runs by API still can: a paused deployment accepts them.", highlight=False)


def show_rollback_plan(console: Console, form: RunForm, runs: int) -> None:
    """What is to be undone, and what that costs."""
    console.print(path_of(form))
    columns = {"removed": "remove", "restored": "restore", "exists": "gone already", "skipped": "keep"}
    console.print(table_of(form, columns))
    show_notes(console, form, notes_on(form.resources))
    if runs:
        console.print(f"{runs} flow runs at the destination go with their flows.", style="bold", highlight=False)
