"""The timeline of a run: its pace, as what can be plotted. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from migrator.engine.pace import STEP, Pace
from migrator.model.outcome import Outcome
from migrator.reporting.drawing.plot import Series

#: Columns of a plot at the most; a long run has longer ones.
COLUMNS = 72
_LOSSES = (Outcome.SKIPPED, Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class Timeline:
    """How many nodes settled when, and how, from the first one on.

    Attributes:
        step: Seconds of a column.
        nodes: By outcome, how many settled in each column.
    """

    step: float
    nodes: dict[Outcome, list[int]]

    @property
    def throughput(self) -> list[Series]:
        """Nodes a second, by outcome; what was lost lies on top."""
        return [Series(name, [number / self.step for number in counted]) for name, counted in self.nodes.items()]

    @property
    def losses(self) -> list[Series]:
        """Nodes that were skipped or failed, in each column."""
        return [Series(name, counted) for name, counted in self.nodes.items() if name in _LOSSES]


def timeline_of(pace: Sequence[Pace]) -> Timeline:
    """The timeline of a run.

    Args:
        pace: In order of time.
    """
    begin, end = (pace[0].second, pace[-1].second + STEP) if pace else (0, 0)
    step = STEP * max(1, ceil((end - begin) / STEP / COLUMNS))
    columns = ceil((end - begin) / step)
    happened = {one.outcome for one in pace}
    nodes = {outcome: [0] * columns for outcome in Outcome if outcome in happened}
    for one in pace:
        nodes[Outcome(one.outcome)][(one.second - begin) // step] += one.nodes
    return Timeline(step, nodes)
