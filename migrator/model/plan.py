"""A plan: what will happen to each resource, and the graph of nodes that make it happen."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import orjson

from migrator.model.keys import Key, kind_of
from migrator.model.outcome import Outcome


class Action(StrEnum):
    """What a run does with a resource."""

    CREATE = "create"
    """It is not there yet."""
    EXISTS = "exists"
    """It is there already, and left as it is."""
    SKIP = "skip"
    """It cannot be migrated, or needs what cannot."""


class Step(StrEnum):
    """What a node does for its resource."""

    CREATE = "create"
    COMPLETE = "complete"
    """What creating leaves to a second write."""
    ENABLE = "enable"
    """Lets it act by itself, after everything else has arrived."""
    BARRIER = "barrier"
    """Nothing: it waits for all, and all that enables waits for it."""


@dataclass(frozen=True, slots=True)
class PlannedResource:
    """A resource, and what a run does with it.

    Attributes:
        key: What it is called on both sides.
        action: What will happen to it.
        source_id: What the source calls it.
        destination_id: What the destination calls it, where it is there already.
        live: Whether it acts by itself at the source; None for kinds that never do.
        digest: Of its canonical form at the source.
        differences: JSON pointers to what differs at the destination, where it is kept.
        warnings: What a reader should know about it.
        blocked_by: What it needs and will not get.
        required_by: What brought it along, if it was not chosen for its own sake.
        reason: Why it is skipped.
        left_out: JSON pointers to what the destination has no field for, so that it is created without.
        bare: It is created without what points into its own cycle, and completed later.
        appended: It joins others that are there already.
        begun: An earlier run has written a part of it; what is left is completed.
        comes_along: It comes into being with another resource, and is adjusted.
    """

    key: Key
    action: Action
    source_id: str
    destination_id: str | None = None
    live: bool | None = None
    digest: str = ""
    differences: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    blocked_by: tuple[Key, ...] = ()
    required_by: tuple[Key, ...] = ()
    reason: str = ""
    left_out: tuple[str, ...] = ()
    bare: bool = False
    appended: bool = False
    begun: bool = False
    comes_along: bool = False

    @property
    def settled(self) -> Outcome | None:
        """The outcome that it has before its run begins; None if its first write is still to come."""
        if self.action is Action.CREATE:
            return Outcome.CREATED if self.begun and not self.comes_along else None
        return Outcome.EXISTS if self.action is Action.EXISTS else Outcome.SKIPPED


@dataclass
class Graph:
    """Nodes and edges. The first nodes are the resources, in order; those that exist have settled.

    Attributes:
        resources: How many of the nodes are resources.
        steps: Of the further nodes: the resource that each belongs to (-1: none) and what it does.
        degree: Of each node that has work: how many nodes it waits for.
        needs: Of a node: the nodes that need it.
        after: Of a node: the nodes that only come after it.
    """

    resources: int
    steps: dict[int, tuple[int, Step]] = field(default_factory=dict)
    degree: dict[int, int] = field(default_factory=dict)
    needs: dict[int, list[int]] = field(default_factory=dict)
    after: dict[int, list[int]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many nodes there are, settled ones included."""
        return self.resources + len(self.steps)

    def dependents(self, node: int) -> list[tuple[int, bool]]:
        """The nodes that wait for one, and whether each needs it."""
        needing = [(dependent, True) for dependent in self.needs.get(node, ())]
        return needing + [(dependent, False) for dependent in self.after.get(node, ())]


@dataclass(frozen=True)
class Plan:
    """What will happen: the same object is shown by `plan` and executed by `run` (invariant 14)."""

    resources: Sequence[PlannedResource]
    graph: Graph
    held: bool

    @cached_property
    def digest(self) -> str:
        """A fingerprint of all that the plan will do, in 32 hexadecimal digits."""
        digest = hashlib.blake2b(f"held={self.held}".encode(), digest_size=16)
        for r in sorted(self.resources, key=lambda resource: resource.key):
            said = [r.key, r.action, r.digest, r.destination_id, r.live, r.begun, r.bare, r.appended, r.left_out]
            digest.update(orjson.dumps(said))
        return digest.hexdigest()

    def counts(self) -> Mapping[str, Counter[Action]]:
        """By kind, how many resources each action is taken for."""
        counts: dict[str, Counter[Action]] = {}
        for resource in self.resources:
            counts.setdefault(kind_of(resource.key), Counter())[resource.action] += 1
        return counts
