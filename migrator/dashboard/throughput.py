"""Throughput: the pace of a run as series that can be plotted, in few steps however long it took. Pure."""

from collections.abc import Sequence

from migrator.engine.pace import STEP, Pace
from migrator.model.outcome import Outcome
from migrator.reporting.plot import Series

#: Steps that a plot has at the most.
STEPS = 72


def series_of(pace: Sequence[Pace]) -> tuple[list[Series], int]:
    """Nodes a second by outcome, from the first step to the last; and the seconds of a step."""
    if not pace:
        return [], STEP
    begin, end = pace[0].second, pace[-1].second + STEP
    step = STEP * -(-(end - begin) // (STEP * STEPS))
    steps = -(-(end - begin) // step)
    values = {outcome.value: [0.0] * steps for outcome in Outcome}
    for second, outcome, nodes in pace:
        values[outcome][(second - begin) // step] += nodes / step
    return [Series(name, rates) for name, rates in values.items() if any(rates)], step
