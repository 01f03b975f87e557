"""The graph: one node for each write, and an edge wherever one write waits for another. Pure.

Every edge goes forward in one order of the resources, so that the graph has no cycle by construction; Kahn's
algorithm, run once over it, makes sure.
"""

import heapq
import itertools
from collections.abc import Mapping, Sequence

from migrator.kinds import kind_named
from migrator.model.inventory import Resource
from migrator.model.keys import Key
from migrator.model.plan import Action, Graph, PlannedResource, Step


def build_graph(planned: Sequence[PlannedResource], resources: Mapping[Key, Resource], *, held: bool) -> Graph:
    """The graph that carries out a plan.

    Args:
        planned: Every resource, in the order of their nodes.
        resources: What the source's inventory says of each.
        held: Whether what acts by itself arrives so that it does not.

    Raises:
        AssertionError: The graph has a cycle, which is a bug of ours.
    """
    builder = _Builder(planned, resources)
    builder.connect_needs()
    order = builder.order()
    builder.connect_mentions(order)
    builder.connect_turns(order)
    if not held:
        builder.connect_enabling()
    if not is_acyclic(builder.graph):
        raise AssertionError("the plan's graph has a cycle")
    return builder.graph


def is_acyclic(graph: Graph) -> bool:
    """Whether Kahn's algorithm reaches every node that has work."""
    degree = dict(graph.degree)
    ready = [node for node, waits in degree.items() if waits == 0]
    reached = 0
    while ready:
        node = ready.pop()
        reached += 1
        for dependent, _ in graph.dependents(node):
            degree[dependent] -= 1
            if degree[dependent] == 0:
                ready.append(dependent)
    return reached == len(degree)


class _Builder:
    def __init__(self, planned: Sequence[PlannedResource], resources: Mapping[Key, Resource]) -> None:
        self._planned = planned
        self._resources = resources
        self._work = {r.key: node for node, r in enumerate(planned) if r.action is Action.CREATE}
        self._last = dict(self._work)
        self.graph = Graph(len(planned), degree=dict.fromkeys(self._work.values(), 0))
        for key, node in self._work.items():
            if planned[node].bare or resources[key].completes:
                self._last[key] = self._add_step(node, Step.COMPLETE, needs=[node])

    def connect_needs(self) -> None:
        """A write needs what it refers to; a bare one leaves that to its completion."""
        for key, node in self._work.items():
            writer = self._last[key] if self._planned[node].bare else node
            for need in self._resources[key].needs:
                if need in self._work and self._work[need] != writer:
                    self._connect(self._work[need], writer)

    def order(self) -> dict[Key, int]:
        """Each resource's place in an order that all edges so far follow, kinds in the order of reports."""
        degree = dict(self.graph.degree)
        ready = [node for node, waits in degree.items() if waits == 0]
        place: dict[int, int] = {}
        while ready:
            node = heapq.heappop(ready)
            place[node] = len(place)
            for dependent in self.graph.needs.get(node, ()):
                degree[dependent] -= 1
                if degree[dependent] == 0:
                    heapq.heappush(ready, dependent)
        return {key: place[node] for key, node in self._work.items()}

    def connect_mentions(self, order: Mapping[Key, int]) -> None:
        """What a text names comes first, unless that would turn the order round."""
        for key, node in self._work.items():
            for mention in self._resources[key].mentions:
                if order.get(mention, order[key]) < order[key]:
                    self._connect(self._work[mention], node, needed=False)

    def connect_turns(self, order: Mapping[Key, int]) -> None:
        """Resources of a group, one after another."""
        groups: dict[tuple[str, str], list[tuple[int, int, Key]]] = {}
        for key in self._work:
            turn = self._resources[key].turn
            if turn is not None:
                group, rank = turn
                groups.setdefault((kind_named(key).name, group), []).append((rank, order[key], key))
        for members in groups.values():
            keys = [key for _, _, key in sorted(members)]
            for earlier, later in itertools.pairwise(keys):
                self._connect(self._work[earlier], self._work[later], needed=False)

    def connect_enabling(self) -> None:
        """What acts by itself is let go behind a barrier that waits for everything else."""
        acting = [key for key in self._work if kind_named(key).enabled_last and self._resources[key].live]
        if not acting:
            return
        writes = list(self.graph.degree)
        barrier = self._add_step(-1, Step.BARRIER)
        for node in writes:
            self._connect(node, barrier, needed=False)
        for key in acting:
            enabling = self._add_step(self._work[key], Step.ENABLE, needs=[self._last[key]])
            self._connect(barrier, enabling, needed=False)

    def _add_step(self, resource: int, step: Step, needs: Sequence[int] = ()) -> int:
        node = self.graph.size
        self.graph.steps[node] = (resource, step)
        self.graph.degree[node] = 0
        for need in needs:
            self._connect(need, node)
        return node

    def _connect(self, node: int, dependent: int, *, needed: bool = True) -> None:
        edges = self.graph.needs if needed else self.graph.after
        edges.setdefault(node, []).append(dependent)
        self.graph.degree[dependent] += 1
