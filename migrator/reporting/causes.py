"""Causes, on a terminal: what failed and what was skipped, grouped by why, with what it blocked and what to do."""

from migrator.reporting.advice import advice_on
from migrator.reporting.lines import GROUPS, Page
from migrator.reporting.model import ErrorForm
from migrator.reporting.notes import SKIPPED, Groups, Notes, Some

#: Resources that one has blocked that are named below it.
BLOCKED = 3


def show_causes(page: Page, notes: Notes, *, failed: str, skipped: str, mendable: bool = True) -> None:
    """Failures and skips by their cause, and under each what was skipped because of it.

    Args:
        page: Where to show it.
        notes: What there is to say.
        failed: What to say of those that failed.
        skipped: And of those that were skipped.
        mendable: Whether something can be done about those.
    """
    blocked = Groups(notes.blocked)
    _show(page, f"! {failed}", notes.failed, blocked, style="bold red", advised=True)
    _show(page, f"! {skipped}", notes.skipped, blocked, style="bold yellow", advised=mendable)
    page.groups(f"! {skipped} because of", blocked, "bold yellow")


def _show(page: Page, title: str, causes: dict[ErrorForm, Some], blocked: Groups, *, style: str, advised: bool) -> None:
    for error, keys in page.first(causes):
        sort = "" if error.type == SKIPPED else f", {error.type}"
        page.title(f"{title}{sort}: {error.message} ({keys.found})", style)
        for key in keys.first:
            page.line(key)
            _show_blocked(page, blocked.pop(key, Some()))
        page.more(keys.found - len(keys.first))
        if advised:
            page.sentence(f"→ {advice_on(error)}", indent=2)
    page.more(len(causes) - GROUPS, indent=0)


def _show_blocked(page: Page, blocked: Some) -> None:
    for key in blocked.first[:BLOCKED]:
        page.line(f"skipped because of it: {key}", indent=4)
    page.more(blocked.found - BLOCKED, indent=4)
