"""A board: where a run is while it goes on. Bars by kind, the pace, who is at it, and what failed last. Pure."""

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from migrator.engine.standing import Standing
from migrator.model.outcome import Outcome
from migrator.reporting.counted import Counted
from migrator.reporting.moments import estimate

#: Columns that a bar takes.
BAR = 20
#: What is said at the end of a bar, and in which colour.
_LOST = {Outcome.FAILED: "red", Outcome.SKIPPED: "yellow"}


def board_of(standing: Standing) -> RenderableType:
    """All of it, for a terminal on which it is drawn again and again."""
    bars = bars_of(standing.status.groups)
    bars.add_row("all", _bar(standing.status), _reached(standing.status), pace_of(standing), style="bold")
    failed = (_cropped(f"! {failure.key}: {failure.message}", "red") for failure in standing.failures)
    waits = (_cropped(f"waits for {one}", "yellow") for one in standing.waits_for)
    return Group(bars, Text(activity_of(standing)), *waits, *failed)


def line_of(standing: Standing) -> str:
    """The same in a line."""
    return ", ".join((_reached(standing.status), pace_of(standing), activity_of(standing)))


def bars_of(kinds: Mapping[str, Counted]) -> Table:
    """A bar for each kind, how many of it have settled, and how many of those did not land."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for justify in ("left", "left", "right", "left"):
        table.add_column(justify=justify, no_wrap=True)
    for kind, counted in kinds.items():
        table.add_row(kind, _bar(counted), _reached(counted), _lost(counted.outcomes))
    return table


def _bar(counted: Counted) -> ProgressBar:
    # What has no node has nothing to wait for. A bar that grows is not red: nothing is wrong with that.
    done, total = (counted.settled, counted.nodes) if counted.nodes else (1, 1)
    return ProgressBar(total=total, completed=done, width=BAR, complete_style="cyan", finished_style="green")


def _reached(counted: Counted) -> str:
    return f"{counted.settled} of {counted.nodes}"


def _lost(outcomes: Mapping[str, int]) -> Text:
    lost = ((outcomes.get(outcome, 0), outcome, style) for outcome, style in _LOST.items())
    return Text("  ").join(Text(f"{nodes} {outcome}", style) for nodes, outcome, style in lost if nodes)


def pace_of(standing: Standing) -> str:
    """How fast it goes, and how long it will."""
    left = standing.seconds_left
    return f"{standing.rate:.0f}/s, {'no estimate' if left is None else f'{estimate(left)} left'}"


def activity_of(standing: Standing) -> str:
    """Who is at it, and what is under way."""
    return ", ".join(_activity(standing))


def _activity(standing: Standing) -> Iterator[str]:
    status = standing.status
    yield f"{standing.workers} workers"
    yield f"{status.claimed} in flight"
    yield f"{status.ready} ready"
    yield f"{status.waiting} waiting"
    if status.delayed:
        yield f"{status.delayed} to be tried again"
    if failed := status.outcomes.get(Outcome.FAILED):
        yield f"{failed} failed"


def _cropped(text: str, style: str) -> Text:
    """A line that stays one: the report has all of it."""
    return Text(text, style, no_wrap=True, overflow="ellipsis")
