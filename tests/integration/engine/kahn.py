"""Kahn's algorithm in ten lines, and random plans to try it on."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import strategies as st

from migrator.model.plan import Graph, Plan, Step
from tests.integration.engine.graphs import plan_of

Edge = tuple[int, int]
KINDS = ("flow", "variable", "deployment")
SHAPES = ("sparse", "chain", "fan-out", "fan-in", "layers")


def kahn(graph: Graph, failing: frozenset[int]) -> dict[int, str]:
    """How every node that has work must end, when those that are `failing` fail unless they are skipped."""
    degree, ended, blocked = dict(graph.degree), dict[int, str](), set[int]()
    ready = [node for node, waits in degree.items() if waits == 0]
    for node in ready:
        ended[node] = "skipped" if node in blocked else "failed" if node in failing else "created"
        for dependent, needed in graph.dependents(node):
            blocked |= {dependent} if needed and ended[node] != "created" else set()
            degree[dependent] -= 1
            ready += [dependent] if degree[dependent] == 0 else []
    return ended


@dataclass(frozen=True)
class RandomPlan:
    """A plan, and what becomes of its nodes when workers try them.

    Attributes:
        plan: The plan.
        failing: Nodes that the destination refuses.
        killers: Nodes that take every worker with them.
        retries: How often a node has to be tried again first.
    """

    plan: Plan
    failing: frozenset[int] = frozenset()
    killers: frozenset[int] = frozenset()
    retries: dict[int, int] = field(default_factory=dict)

    @property
    def outcomes(self) -> dict[int, str]:
        """How every node must end, whoever does what when."""
        settled = {n: "exists" if r.destination_id else "skipped" for n, r in enumerate(self.plan.resources)}
        return settled | kahn(self.plan.graph, self.failing | self.killers)

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return sum(self.plan.graph.degree.values())


@st.composite
def random_plans(draw: st.DrawFn) -> RandomPlan:
    """Plans of up to some twenty nodes: several shapes, both kinds of edge, resources of several nodes, faults."""
    resources = draw(st.integers(1, 12))
    settled = draw(st.dictionaries(st.integers(0, resources - 1), st.booleans(), max_size=resources // 3))
    owners = [node for node in range(resources) if node not in settled] or [-1]
    further = draw(st.lists(st.sampled_from([*owners, -1]), max_size=6))
    steps = {resources + n: (owner, Step.COMPLETE if owner >= 0 else Step.BARRIER) for n, owner in enumerate(further)}
    order = draw(st.permutations([node for node in range(resources + len(steps)) if node not in settled]))
    edges = draw(_edges(order)) if len(order) > 1 else []
    needed = draw(st.lists(st.integers(0, 3).map(bool), min_size=len(edges), max_size=len(edges)))
    plan = plan_of(
        resources,
        needs=[edge for edge, needs in zip(edges, needed, strict=True) if needs],
        after=[edge for edge, needs in zip(edges, needed, strict=True) if not needs],
        steps=steps,
        exists={node: f"there-{node}" for node, exists in settled.items() if exists},
        skipped=[node for node, exists in settled.items() if not exists],
        kinds=draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=resources)),
    )
    if not order:
        return RandomPlan(plan)
    nodes = st.sampled_from(order)
    return RandomPlan(
        plan,
        failing=draw(st.frozensets(nodes, max_size=3)),
        killers=draw(st.frozensets(nodes, max_size=1)),
        retries=draw(st.dictionaries(nodes, st.integers(1, 2), max_size=3)),
    )


@st.composite
def _edges(draw: st.DrawFn, order: list[int]) -> list[Edge]:
    """Edges that all go forward in an order: those of a shape, and some more; the same edge may come twice."""
    shape = list(_edges_of(draw(st.sampled_from(SHAPES)), order))
    pairs = [(first, waiting) for n, first in enumerate(order) for waiting in order[n + 1 :]]
    return shape + draw(st.lists(st.sampled_from(pairs), max_size=len(order)))


def _edges_of(shape: str, order: list[int]) -> Iterator[Edge]:
    if shape == "chain":
        yield from itertools.pairwise(order)
    elif shape == "fan-out":
        yield from ((order[0], node) for node in order[1:])
    elif shape == "fan-in":
        yield from ((node, order[-1]) for node in order[:-1])
    elif shape == "layers":
        layers = [order[start : start + 3] for start in range(0, len(order), 3)]
        for upper, lower in itertools.pairwise(layers):
            yield from ((one, other) for one in upper for other in lower)
