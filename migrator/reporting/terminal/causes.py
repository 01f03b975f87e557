"""Causes, on a terminal: what failed and what was skipped, grouped by why, with what it blocked and what to do."""

from itertools import groupby, islice
from operator import attrgetter

from migrator.reporting.losses import Loss, losses_of
from migrator.reporting.notes import Notes, Some
from migrator.reporting.terminal.lines import GROUPS, Page

#: Resources that one has blocked that are named below it.
BLOCKED = 3

_STYLES = {"failed": "bold red", "skipped": "bold yellow"}


def show_causes(page: Page, notes: Notes, *, failed: str, skipped: str, mendable: bool = True) -> None:
    """Failures and skips by their cause, and under each what was skipped because of it.

    Args:
        page: Where to show it.
        notes: What there is to say.
        failed: What to say of those that failed.
        skipped: And of those that were skipped.
        mendable: Whether something can be done about those.
    """
    words = {"failed": failed, "skipped": skipped}
    for outcome, losses in groupby(losses_of(notes), attrgetter("outcome")):
        for loss in islice(losses, GROUPS):
            _show(page, words[outcome], loss, advised=mendable or outcome == "failed")
        page.more(sum(1 for _ in losses), indent=0)


def _show(page: Page, word: str, loss: Loss, *, advised: bool) -> None:
    page.title(f"! {word}: {loss.cause} ({loss.found})", _STYLES[loss.outcome])
    for key, blocked in loss.keys:
        page.line(key)
        _show_blocked(page, blocked)
    page.more(loss.found - len(loss.keys))
    if advised and loss.advice:
        page.sentence(f"→ {loss.advice}", indent=2, hang=2)


def _show_blocked(page: Page, blocked: Some) -> None:
    for key in blocked.first[:BLOCKED]:
        page.line(f"skipped because of it: {key}", indent=4)
    page.more(blocked.found - BLOCKED, indent=4)
