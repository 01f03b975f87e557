"""Groups: what the resources of a run are counted by. Each is a stretch of the numbers of nodes, or a few."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

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


def stretches(plan: Plan) -> str:
    """The groups of a plan: the kinds of its resources."""
    numbered = enumerate(kind_of(resource.key) for resource in plan.resources)
    begins = (next(stretch) for _, stretch in groupby(numbered, key=itemgetter(1)))
    return " ".join([*(f"{begin} {name}" for begin, name in begins), str(len(plan.resources))])


def sizes(plan: Plan) -> dict[str, int]:
    """How many nodes each group has."""
    group_of = _group_of(plan)
    nodes = Counter(map(group_of, range(plan.graph.size)))
    return {group: number for group, number in nodes.items() if group != NONE}


def edges_between(plan: Plan) -> list[tuple[str, str, int]]:
    """From which group to which one how many edges lead, but for those within a group and those that only order."""
    group_of = _group_of(plan)
    edges = Counter(
        (group_of(node), group_of(dependent)) for node, needing in plan.graph.needs.items() for dependent in needing
    )
    return [(one, other, number) for (one, other), number in edges.items() if one != other]


def tallied(plan: Plan) -> dict[str, int]:
    """What has settled before the run begins, as the tally counts it."""
    settled = ((resource.settled, kind_of(resource.key)) for resource in plan.resources if resource.settled is not None)
    return Counter(f"{outcome} {group}" for outcome, group in settled)


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


def _group_of(plan: Plan) -> Callable[[int], str]:
    groups, further, resources = Stretches(stretches(plan)), plan.graph.steps, len(plan.resources)
    return lambda node: groups.of(further[node][0] if node >= resources else node)
