"""Groups: what the resources of a run are counted by. Each is a stretch of the numbers of nodes, or a few."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from migrator.model.keys import kind_of
from migrator.model.outcome import Outcome
from migrator.model.plan import Plan

#: The group of a node of no resource.
NONE = ""


@dataclass(frozen=True, slots=True)
class Group:
    """How far a group is.

    Attributes:
        nodes: How many nodes it has.
        outcomes: How many of them ended in each way.
    """

    nodes: int
    outcomes: dict[str, int] = field(default_factory=dict)

    @property
    def settled(self) -> int:
        """How many have an outcome."""
        return sum(self.outcomes.values())

    @property
    def failed(self) -> int:
        """How many have failed."""
        return self.outcomes.get(Outcome.FAILED, 0)

    @property
    def skipped(self) -> int:
        """How many were skipped."""
        return self.outcomes.get(Outcome.SKIPPED, 0)


class Stretches:
    """Where groups begin, as `settle` reads it: "0 flow 120 variable 340", the last number being where all end."""

    def __init__(self, text: str) -> None:
        words = text.split()
        self._begins = [int(begin) for begin in words[::2]]
        self._names = [*words[1::2], NONE]

    def of(self, resource: int) -> str:
        """The group of a resource; none of -1."""
        return NONE if resource < 0 else self._names[bisect_right(self._begins, resource) - 1]

    def numbers_of(self, name: str) -> list[range]:
        """The numbers of a group's resources, in order; of no resource, none."""
        begins = zip(self._names, pairwise(self._begins), strict=False)
        return [range(begin, end) for group, (begin, end) in begins if group == name]

    def lengths(self) -> Counter[str]:
        """How many resources each group has."""
        lengths = Counter[str]()
        for name, (begin, end) in zip(self._names, pairwise(self._begins), strict=False):
            lengths[name] += end - begin
        return lengths


class Grouping:
    """The groups of a plan: the kinds of its resources. All is found in one pass, for each look at one unpacks it.

    Attributes:
        stretches: Where they begin, as `settle` reads it.
        tally: What has settled before the run begins, as the tally counts it.
        failed: The nodes of these that have failed.
    """

    def __init__(self, plan: Plan) -> None:
        self.tally = Counter[str]()
        self.failed: list[int] = []
        begins: list[str] = []
        group = NONE
        for number, resource in enumerate(plan.resources):
            if (kind := kind_of(resource.key)) != group:
                group = kind
                begins.append(f"{number} {group}")
            self._count(number, resource.settled, group)
        self.stretches = " ".join([*begins, str(len(plan.resources))])
        self._graph = plan.graph
        self._stretches = Stretches(self.stretches)

    def _count(self, number: int, settled: Outcome | None, group: str) -> None:
        if settled is not None:
            self.tally[f"{settled} {group}"] += 1
        if settled is Outcome.FAILED:
            self.failed.append(number)

    def sizes(self) -> dict[str, int]:
        """How many nodes each group has."""
        sizes = self._stretches.lengths()
        further = (owner for node, (owner, _) in self._graph.steps.items() if node >= self._graph.resources)
        sizes.update(self._stretches.of(owner) for owner in further if owner >= 0)
        return dict(sizes)

    def edges(self) -> tuple[tuple[str, str, int], ...]:
        """From which group to which one how many edges lead, but for those within a group and those that only order."""
        edges = Counter[tuple[str, str]]()
        for node, needing in self._graph.needs.items():
            group = self._of(node)
            edges.update((group, self._of(dependent)) for dependent in needing)
        return tuple((one, other, number) for (one, other), number in edges.items() if one != other)

    def _of(self, node: int) -> str:
        return self._stretches.of(node if node < self._graph.resources else self._graph.steps[node][0])


def grouped(sizes: Mapping[str, int], tally: Mapping[str, int]) -> dict[str, Group]:
    """How far each group is."""
    outcomes: dict[str, dict[str, int]] = {group: {} for group in sizes}
    for name, nodes in tally.items():
        outcome, _, group = name.partition(" ")
        if nodes and group in outcomes:
            outcomes[group][outcome] = nodes
    return {group: Group(nodes, outcomes[group]) for group, nodes in sizes.items()}


def by_outcome(tally: Mapping[str, int]) -> dict[str, int]:
    """How many nodes ended in each way, whatever their group."""
    counted = Counter[str]()
    for name, nodes in tally.items():
        counted[name.partition(" ")[0]] += nodes
    return {outcome: nodes for outcome, nodes in counted.items() if nodes}
