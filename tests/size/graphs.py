"""Graphs of any size, in the shapes that hurt: layers, a hub, a chain, a failure above them all."""

import random
from collections.abc import Sequence
from typing import overload

from migrator.engine.scripts import Result, Verdict
from migrator.model.keys import key_of
from migrator.model.plan import Action, Graph, Plan, PlannedResource, Step

#: Edges that lead to a node, in the middle.
EDGES_PER_NODE = 3


class Variables(Sequence[PlannedResource]):
    """So many variables to be created, made when they are looked at."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __len__(self) -> int:
        return self._number

    @overload
    def __getitem__(self, index: int) -> PlannedResource: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[PlannedResource]: ...

    def __getitem__(self, index: int | slice) -> PlannedResource | Sequence[PlannedResource]:
        """The variable of a number."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(self._number))]
        if index >= self._number:
            raise IndexError(index)
        source_id = f"{index:08x}-0000-4000-8000-000000000000"
        return PlannedResource(key_of("variable", f"v{index}"), Action.CREATE, source_id, digest=f"{index:032x}")


def layers(nodes: int, *, hub: int, chain: int, seed: int = 1) -> Plan:
    """A random graph in which node 0 is a hub and the last nodes are a chain.

    Args:
        nodes: How many.
        hub: How many of them need node 0.
        chain: How many of them need the one before.
        seed: Of what is random.
    """
    pick = random.Random(seed)  # noqa: S311 - a graph, no secret
    graph = Graph(nodes)
    for node in range(nodes):
        graph.begin(node, Step.CREATE)
    for node in range(1, nodes):
        if node <= hub:
            graph.connect(0, node)
        elif node >= nodes - chain:
            graph.connect(node - 1, node)
        else:
            for need in {pick.randrange(node) for _ in range(EDGES_PER_NODE)}:
                graph.connect(need, node)
    return Plan(Variables(nodes), graph, held=False)


def ended_of(node: int, failing: int) -> Result:
    """How a node ends that does nothing; those below `failing` fail."""
    return Result(node, Verdict.FAILED, '{"type":"Planted","message":""}') if node < failing else arrived(node)


def arrived(node: int) -> Result:
    """How a node ends that does nothing."""
    return Result(node, Verdict.DONE, "created", f"{node:08x}-0000-4000-8000-000000000001")
