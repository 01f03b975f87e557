"""The parts of a run's page, each drawn by itself, so that a viewer is sent only those that have changed. Pure."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from migrator.dashboard.look import Look
from migrator.dashboard.rendering import rendered
from migrator.errors import MigratorError
from migrator.model.outcome import Outcome
from migrator.reporting.graph_drawing import drawing_of
from migrator.reporting.plot import plot
from migrator.reporting.timeline import timeline_of

#: What the page is made of; each has a template of its name.
PARTS = ("spoken", "trouble", "head", "steps", "kinds", "throughput", "pressure", "crew", "failures", "graph")
#: Outcomes as a bar shows them, from left to right.
BAR = (
    Outcome.CREATED,
    Outcome.UPDATED,
    Outcome.SWITCHED,
    Outcome.REMOVED,
    Outcome.RESTORED,
    Outcome.EXISTS,
    Outcome.SKIPPED,
    Outcome.FAILED,
)
#: A bar is drawn this wide, and is as wide as there is room.
WIDTH = 1000.0


class Segment(NamedTuple):
    """A part of a bar.

    Attributes:
        outcome: How its nodes ended.
        begin: Where it begins, of `WIDTH`.
        width: How wide it is.
    """

    outcome: str
    begin: float
    width: float


def bar_of(outcomes: Mapping[str, int], nodes: int) -> Iterator[Segment]:
    """How nodes ended, as a bar."""
    begin = 0.0
    for outcome in BAR:
        width = round(WIDTH * outcomes.get(outcome, 0) / max(1, nodes), 1)
        if width:
            yield Segment(outcome, round(begin, 1), width)
        begin += width


def parts_of(look: Look) -> Mapping[str, str]:
    """What each part looks like."""
    return {
        name: rendered(f"parts/{name}.html", look=look, error=None, bar_of=bar_of, order=BAR, **_drawn(look))
        for name in PARTS
    }


def _drawn(look: Look) -> Mapping[str, str]:
    """What is drawn, with everything that is said in it escaped."""
    timeline = timeline_of(look.pace)
    plotted = plot(timeline.throughput, step=timeline.step, title="Writes that settled, by outcome", unit="/s")
    drawing = drawing_of(look.status.groups, look.record.kind_edges)
    return {"plot": plotted, "drawing": drawing}


def trouble_of(problem: MigratorError) -> Mapping[str, str]:
    """That a run cannot be looked at right now."""
    return {"trouble": rendered("parts/trouble.html", error=problem)}
