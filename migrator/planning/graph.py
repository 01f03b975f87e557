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
    place = builder.order()
    builder.connect_mentions(place)
    builder.connect_turns(place)
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
    """Adds edges to a graph, whose nodes are there from the start but for those that enable.

    Of each resource that has work: `_first` is the node that gives it an id, if that is still to come; `_writer`
    the one that writes what it refers to; `_last` the one after which it is all there, but does not act yet.
    """

    def __init__(self, planned: Sequence[PlannedResource], resources: Mapping[Key, Resource]) -> None:
        self._resources = resources
        self._planned = {r.key: r for r in planned}
        self._number = {r.key: node for node, r in enumerate(planned)}
        self._first: dict[Key, int] = {}
        self._writer: dict[Key, int] = {}
        self._last: dict[Key, int] = {}
        self.graph = Graph(len(planned))
        for r in planned:
            if r.settled is None:
                self._begin(r)
        for r in planned:
            if r.action is Action.CREATE and self._is_completed(r):
                self._complete(r)

    def _begin(self, planned: PlannedResource) -> None:
        step = Step.UPDATE if planned.action is Action.UPDATE else Step.CREATE
        node = self.graph.begin(self._number[planned.key], step)
        self._writer[planned.key] = self._last[planned.key] = node
        if step is Step.CREATE:
            self._first[planned.key] = node

    def _is_completed(self, planned: PlannedResource) -> bool:
        """Whether there is a second write."""
        may_be_bare = planned.begun and kind_named(planned.key).bare is not None
        return planned.bare or may_be_bare or self._resources[planned.key].completes

    def _complete(self, planned: PlannedResource) -> None:
        key = planned.key
        first = [self._first[key]] if key in self._first else []
        self._last[key] = self.graph.add(self._number[key], Step.COMPLETE, needs=first)
        if planned.bare or not first:
            self._writer[key] = self._last[key]

    def connect_needs(self) -> None:
        """A write needs what it refers to; a bare one leaves that to its completion."""
        for key, writer in self._writer.items():
            for need in self._resources[key].needs:
                if need in self._first and self._first[need] != writer:
                    self.graph.connect(self._first[need], writer)

    def order(self) -> dict[int, int]:
        """Each node's place in an order that all edges so far follow: kinds in the order of reports, turns by rank.

        Where a group's ranks contradict what its members need, needs win.
        """
        degree = dict(self.graph.degree)
        before = {later: earlier for group in self._groups() for earlier, later in itertools.pairwise(group)}
        following = {earlier: later for later, earlier in before.items()}
        place: dict[int, int] = {}
        ready: list[int] = []
        held: list[int] = []

        def offer(node: int) -> None:
            if degree[node] == 0:
                heapq.heappush(ready if node not in before or before[node] in place else held, node)

        for node in degree:
            offer(node)
        while ready or held:
            node = heapq.heappop(ready or held)
            if node in place:
                continue
            place[node] = len(place)
            for dependent in self.graph.needs.get(node, ()):
                degree[dependent] -= 1
                offer(dependent)
            if node in following:
                offer(following[node])
        return place

    def _groups(self) -> list[list[int]]:
        """What is written one after another, by rank: each with its first write."""
        groups: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for key, writer in self._writer.items():
            turn = self._resources[key].turn
            if turn is not None:
                group, rank = turn
                members = groups.setdefault((kind_named(key).name, group), [])
                members.append((rank, self._first.get(key, writer)))
        return [[node for _, node in sorted(members)] for members in groups.values()]

    def connect_mentions(self, place: Mapping[int, int]) -> None:
        """What a text names comes first, unless that would turn the order round."""
        for key, writer in self._writer.items():
            for mention in self._resources[key].mentions:
                named = self._writer.get(mention, writer)
                if place[named] < place[writer]:
                    self.graph.connect(named, writer, needed=False)

    def connect_turns(self, place: Mapping[int, int]) -> None:
        """Resources of a group, one after another."""
        for group in self._groups():
            for earlier, later in itertools.pairwise(sorted(group, key=place.__getitem__)):
                self.graph.connect(earlier, later, needed=False)

    def connect_enabling(self) -> None:
        """What acts by itself is let go behind a barrier that waits for everything else."""
        acting = [key for key in self._last if self._is_let_go(key)]
        if not acting:
            return
        writes = list(self.graph.degree)
        enabling = [self.graph.add(self._number[key], Step.ENABLE, needs=[self._last[key]]) for key in acting]
        self.graph.add_barrier(writes, enabling)

    def _is_let_go(self, key: Key) -> bool:
        """Whether it was written so that it does not act, and is to."""
        kind, planned = kind_named(key), self._planned[key]
        if not kind.enabled_last or kind.live is None or not planned.live:
            return False
        return planned.action is Action.CREATE or kind.live[0] in planned.changes
