"""The effort of a migration: how many requests it takes, and how long they will take. Pure."""

from collections import Counter
from dataclasses import dataclass

from migrator.kinds import kind_named
from migrator.model.keys import kind_of
from migrator.model.plan import Plan, Step

#: Requests that a node takes to the destination. What changes is looked up and read before.
REQUESTS = {Step.CREATE: 1, Step.UPDATE: 3, Step.COMPLETE: 2, Step.ENABLE: 1, Step.BARRIER: 0}
#: Resources of a kind that are looked up with one request before they are written.
LOOKED_UP = 50
#: How many times longer a write takes than what a survey asks.
WRITE = 2.0
#: Writes that a destination answers at once: what one on SQLite ends up with.
AT_ONCE = 2
#: Seconds that starting workers and publishing take.
START = 3.0


@dataclass(frozen=True)
class Effort:
    """What a migration takes.

    Attributes:
        requests: To the destination.
        seconds: From the yes to the end.
    """

    requests: int
    seconds: float


def effort_of(plan: Plan, latency: float) -> Effort:
    """The effort that a plan takes; none where there is nothing to do.

    Args:
        plan: What is to be done.
        latency: Seconds that the destination has taken for one request.
    """
    requests = _writes(plan) + _looks(plan)
    return Effort(requests, START + requests * latency * WRITE / AT_ONCE if requests else 0.0)


def _writes(plan: Plan) -> int:
    graph = plan.graph
    steps = Counter(graph.steps[node][1] if node in graph.steps else Step.CREATE for node in graph.degree)
    return sum(REQUESTS[step] * nodes for step, nodes in steps.items())


def _looks(plan: Plan) -> int:
    """What a create would change if it is there, and what comes with others, kind by kind."""
    looked_up = Counter(
        kind_of(resource.key)
        for number, resource in enumerate(plan.resources)
        if number in plan.graph.degree and (resource.comes_along or kind_named(resource.key).overwrites)
    )
    return sum(-(-resources // LOOKED_UP) for resources in looked_up.values())
