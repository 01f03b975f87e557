"""The graph: one node for each write, and an edge wherever one write waits for another. Pure.

Every edge goes forward in one order of the resources, so that the graph has no cycle by construction; Kahn's
algorithm, run once over it, makes sure.
"""

import heapq
import itertools
from array import array
from collections.abc import Iterator, Mapping, Sequence

from migrator.kinds import kind_named
from migrator.model.inventory import Resource
from migrator.model.keys import Key
from migrator.model.plan import Action, Graph, PlannedResource, Step

#: The place of a node that has none yet.
_NOWHERE = -1


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
    degree = _degrees(graph)
    ready = [node for node in graph.degree if degree[node] == 0]
    reached = 0
    while ready:
        node = ready.pop()
        reached += 1
        for dependent, _ in graph.dependents(node):
            degree[dependent] -= 1
            if degree[dependent] == 0:
                ready.append(dependent)
    return reached == len(graph.degree)


def _degrees(graph: Graph) -> "array[int]":
    """By node, how many others it waits for; to be counted down."""
    degrees = array("I", [0]) * graph.size
    for node, waits in graph.degree.items():
        degrees[node] = waits
    return degrees


class _Builder:
    """Adds edges to a graph, whose nodes are there from the start but for those that enable.

    A resource's number is its first node: where that has work, it gives the resource an id, or changes it. Few have a
    completion besides; of them, those in `_late` have it write what they refer to.
    """

    def __init__(self, planned: Sequence[PlannedResource], resources: Mapping[Key, Resource]) -> None:
        self._resources = resources
        self._planned = planned
        self._number = {r.key: number for number, r in enumerate(planned)}
        self._completion: dict[int, int] = {}
        self._late: dict[int, int] = {}
        self.graph = Graph(len(planned))
        for number, r in self._numbered():
            if r.settled is None:
                self.graph.begin(number, Step.UPDATE if r.action is Action.UPDATE else Step.CREATE)
        for number, r in self._numbered():
            if r.action is Action.CREATE and self._is_completed(r):
                self._complete(number, r)

    def _numbered(self) -> Iterator[tuple[int, PlannedResource]]:
        """Every resource with its number: always the same object, as a graph has each many times."""
        return zip(self._number.values(), self._planned, strict=True)

    def _is_completed(self, planned: PlannedResource) -> bool:
        """Whether there is a second write."""
        may_be_bare = planned.begun and kind_named(planned.key).bare is not None
        return planned.bare or may_be_bare or self._resources[planned.key].completes

    def _complete(self, number: int, planned: PlannedResource) -> None:
        first = [number] if number in self.graph.degree else []
        self._completion[number] = self.graph.add(number, Step.COMPLETE, needs=first)
        if planned.bare or not first:
            self._late[number] = self._completion[number]

    def _first(self, key: Key) -> int | None:
        """The node that gives a resource an id, if that is still to come."""
        number = self._number.get(key)
        return number if number in self.graph.degree and number not in self.graph.steps else None

    def _writer(self, number: int) -> int | None:
        """The node that writes what a resource refers to."""
        return self._late.get(number, number if number in self.graph.degree else None)

    def _writes(self) -> Iterator[tuple[Resource, int]]:
        """Every resource that has work, with the node that writes what it refers to."""
        writers = ((r.key, self._writer(number)) for number, r in self._numbered())
        return ((self._resources[key], writer) for key, writer in writers if writer is not None)

    def connect_needs(self) -> None:
        """A write needs what it refers to; a bare one leaves that to its completion."""
        for resource, writer in self._writes():
            for first in map(self._first, resource.needs):
                if first is not None and first != writer:
                    self.graph.connect(first, writer)

    def order(self) -> "array[int]":
        """Each node's place in an order that all edges so far follow: kinds in the order of reports, turns by rank.

        Where a group's ranks contradict what its members need, needs win.
        """
        degree = _degrees(self.graph)
        before = {later: earlier for group in self._groups() for earlier, later in itertools.pairwise(group)}
        following = {earlier: later for later, earlier in before.items()}
        place = array("i", [_NOWHERE]) * self.graph.size
        places = itertools.count()
        ready: list[int] = []
        held: list[int] = []

        def offer(node: int) -> None:
            if degree[node] == 0:
                heapq.heappush(ready if node not in before or place[before[node]] != _NOWHERE else held, node)

        for node in self.graph.degree:
            offer(node)
        while ready or held:
            node = heapq.heappop(ready or held)
            if place[node] != _NOWHERE:
                continue
            place[node] = next(places)
            for dependent in self.graph.needs.get(node, ()):
                degree[dependent] -= 1
                offer(dependent)
            if node in following:
                offer(following[node])
        return place

    def _groups(self) -> list[list[int]]:
        """What is written one after another, by rank: each with its first write."""
        groups: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for resource, writer in self._writes():
            if resource.turn is not None:
                group, rank = resource.turn
                first = self._first(resource.key)
                members = groups.setdefault((kind_named(resource.key).name, group), [])
                members.append((rank, writer if first is None else first))
        return [[node for _, node in sorted(members)] for members in groups.values()]

    def connect_mentions(self, place: Sequence[int]) -> None:
        """What a text names comes first, unless that would turn the order round."""
        for resource, writer in self._writes():
            numbers = (self._number[mention] for mention in resource.mentions if mention in self._number)
            for named in map(self._writer, numbers):
                if named is not None and place[named] < place[writer]:
                    self.graph.connect(named, writer, needed=False)

    def connect_turns(self, place: Sequence[int]) -> None:
        """Resources of a group, one after another."""
        for group in self._groups():
            for earlier, later in itertools.pairwise(sorted(group, key=place.__getitem__)):
                self.graph.connect(earlier, later, needed=False)

    def connect_enabling(self) -> None:
        """What acts by itself is let go behind a barrier that waits for everything else."""
        acting = [number for number, r in self._numbered() if self._is_let_go(number, r)]
        if not acting:
            return
        writes = list(self.graph.degree)
        last = (self._completion.get(number, number) for number in acting)
        enabling = [
            self.graph.add(number, Step.ENABLE, needs=[node]) for number, node in zip(acting, last, strict=True)
        ]
        self.graph.add_barrier(writes, enabling)

    def _is_let_go(self, number: int, planned: PlannedResource) -> bool:
        """Whether it is written so that it does not act, and is to."""
        kind = kind_named(planned.key)
        if self._writer(number) is None or not kind.enabled_last or kind.live is None or not planned.live:
            return False
        return planned.action is Action.CREATE or kind.live[0] in planned.changes
