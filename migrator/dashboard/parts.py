"""The parts of a run's page, each drawn by itself, so that a viewer is sent only those that have changed. Pure."""

from collections.abc import Mapping

from migrator.dashboard.look import Look
from migrator.dashboard.rendering import rendered
from migrator.errors import MigratorError
from migrator.model.outcome import Outcome
from migrator.reporting.counted import Counted
from migrator.reporting.drawing.graph_drawing import drawing_of
from migrator.reporting.drawing.plot import plot
from migrator.reporting.drawing.shares import bar_of
from migrator.reporting.drawing.timeline import timeline_of

#: What the page is made of; each has a template of its name.
PARTS = ("spoken", "trouble", "head", "steps", "kinds", "throughput", "pressure", "crew", "failures", "graph")


def parts_of(look: Look) -> Mapping[str, str]:
    """What each part looks like."""
    drawn = {"bar": bar, "in_order": in_order, **_drawn(look)}
    return {name: rendered(f"parts/{name}.html", look=look, error=None, **drawn) for name in PARTS}


def in_order(outcomes: Mapping[str, int]) -> dict[str, int]:
    """How many ended in each way, from best to worst."""
    return {outcome.value: outcomes[outcome] for outcome in Outcome if outcomes.get(outcome)}


def bar(counted: Counted) -> str:
    """How far something is, as a bar."""
    return bar_of(in_order(counted.outcomes), counted.nodes)


def _drawn(look: Look) -> Mapping[str, str]:
    """What is drawn, with everything that is said in it escaped."""
    timeline = timeline_of(look.pace)
    plotted = plot(timeline.throughput, step=timeline.step, title="Writes that settled, by outcome", unit="/s")
    return {"plot": plotted, "drawing": drawing_of(look.status.groups, look.record.kind_edges)}


def trouble_of(problem: MigratorError) -> Mapping[str, str]:
    """That a run cannot be looked at right now."""
    return {"trouble": rendered("parts/trouble.html", error=problem)}
