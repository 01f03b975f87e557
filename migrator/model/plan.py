"""A plan: what will happen to each resource, and the graph of nodes that make it happen."""

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, MutableMapping, MutableSequence, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import orjson

from migrator.model.degrees import Degrees
from migrator.model.keys import Key, kind_of
from migrator.model.outcome import Outcome


class Purpose(StrEnum):
    """What a run is for. All but a migration have a parent: the migration that they are about."""

    MIGRATE = "migrate"
    CUTOVER = "cutover"
    """The source's stop acting, and the destination's begin."""
    CUTOVER_BACK = "cutover-back"
    """The other way round."""
    ROLLBACK = "rollback"
    """What the migration created is removed, what it changed is restored."""

    @property
    def switches(self) -> bool:
        """Whether it lets one side act and keeps the other from it; only then is the source written to."""
        return self in {Purpose.CUTOVER, Purpose.CUTOVER_BACK}


class OnExisting(StrEnum):
    """What a migration does with what is at the destination already."""

    KEEP = "keep"
    UPDATE = "update"
    """The fields that differ are changed, as far as the API can."""
    FAIL = "fail"


class Action(StrEnum):
    """What a run does with a resource."""

    CREATE = "create"
    """It is not there yet."""
    UPDATE = "update"
    """It is there, and fields of it are changed."""
    EXISTS = "exists"
    """It is as it should be already, and left alone."""
    FAIL = "fail"
    """It is there, and that was not to be."""
    SKIP = "skip"
    """It cannot be done, or needs what cannot."""
    SWITCH = "switch"
    """It stops acting on one side and begins on the other."""
    REMOVE = "remove"
    """The migration created it."""
    RESTORE = "restore"
    """The migration changed it."""


class Step(StrEnum):
    """What a node does for its resource."""

    CREATE = "create"
    UPDATE = "update"
    COMPLETE = "complete"
    """What creating leaves to a second write."""
    ENABLE = "enable"
    """Lets it act by itself, after everything else has arrived."""
    BARRIER = "barrier"
    """Nothing: it waits for all, and all that enables waits for it."""
    STILL = "still"
    """Keeps it from acting, on the side from which one switches."""
    DRAIN = "drain"
    """Waits until what it set going there has ended."""
    RELEASE = "release"
    """Lets it act, on the side to which one switches."""
    REMOVE = "remove"
    RESTORE = "restore"


_EXPECTED = {
    Action.CREATE: Outcome.CREATED,
    Action.UPDATE: Outcome.UPDATED,
    Action.EXISTS: Outcome.EXISTS,
    Action.FAIL: Outcome.FAILED,
    Action.SKIP: Outcome.SKIPPED,
    Action.SWITCH: Outcome.SWITCHED,
    Action.REMOVE: Outcome.REMOVED,
    Action.RESTORE: Outcome.RESTORED,
}
#: What has its outcome before its run begins.
WITHOUT_WORK = frozenset({Action.EXISTS, Action.FAIL, Action.SKIP})


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
        differences: JSON pointers to what differs at the destination.
        changes: The fields of it that are changed.
        warnings: What a reader should know about it.
        blocked_by: What it needs and will not get.
        required_by: What brought it along, if it was not chosen for its own sake.
        reason: Why it is skipped, or fails.
        secrets: JSON pointers to the secrets that it lacks, because the source shows masks.
        omitted: JSON pointers to what it is created without for that reason.
        left_out: JSON pointers to what the destination has no field for, so that it is created without.
        bare: It is created without what points into its own cycle, and completed later.
        appended: It joins others that are there already.
        begun: An earlier run has written a part of it; what is left is completed.
        comes_along: It comes into being with another resource, and is adjusted.
        comes_with: Which one that is.
    """

    key: Key
    action: Action
    source_id: str
    destination_id: str | None = None
    live: bool | None = None
    digest: str = ""
    differences: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    blocked_by: tuple[Key, ...] = ()
    required_by: tuple[Key, ...] = ()
    reason: str = ""
    secrets: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    bare: bool = False
    appended: bool = False
    begun: bool = False
    comes_along: bool = False
    comes_with: Key | None = None

    @property
    def expected(self) -> Outcome:
        """The outcome that it has when all goes well."""
        return _EXPECTED[self.action]

    @property
    def error(self) -> str:
        """What kind of error its reason is."""
        if self.action is not Action.FAIL:
            return "Skipped"
        return "Excluded" if self.blocked_by else "AlreadyThere"

    @property
    def settled(self) -> Outcome | None:
        """The outcome that it has before its run begins; None if its first write is still to come."""
        was_written = self.begun and not self.comes_along
        return self.expected if was_written or self.action in WITHOUT_WORK else None


@dataclass
class Graph:
    """Nodes and edges. The first nodes are the resources, in order; those without work have settled.

    Attributes:
        resources: How many of the nodes are resources.
        steps: Of the nodes that do not just create their resource: which resource (-1: none), and what they do.
        degree: Of each node that has work: how many nodes it waits for.
        needs: Of a node: the nodes that need it.
        after: Of a node: the nodes that only come after it.
    """

    resources: int
    steps: dict[int, tuple[int, Step]] = field(default_factory=dict)
    degree: MutableMapping[int, int] = field(default_factory=Degrees)
    needs: dict[int, MutableSequence[int]] = field(default_factory=dict)
    after: dict[int, MutableSequence[int]] = field(default_factory=dict)
    _further: int = field(init=False)

    def __post_init__(self) -> None:
        self._further = sum(node >= self.resources for node in self.steps)

    @property
    def size(self) -> int:
        """How many nodes there are, settled ones included."""
        return self.resources + self._further

    def begin(self, resource: int, step: Step) -> int:
        """Give a resource's own node work, and return it."""
        self.degree[resource] = 0
        if step is not Step.CREATE:
            self.steps[resource] = (resource, step)
        return resource

    def add(self, resource: int, step: Step, needs: Sequence[int] = ()) -> int:
        """Add a further node for a resource (-1: for none), and return it."""
        node = self.size
        self._further += 1
        self.steps[node] = (resource, step)
        self.degree[node] = 0
        for need in needs:
            self.connect(need, node)
        return node

    def connect(self, node: int, dependent: int, *, needed: bool = True) -> None:
        """Let one node wait for another."""
        edges = self.needs if needed else self.after
        edges.setdefault(node, array("I")).append(dependent)
        self.degree[dependent] += 1

    def add_barrier(self, before: Iterable[int], behind: Iterable[int]) -> None:
        """Let some nodes wait for others, however those end."""
        barrier = self.add(-1, Step.BARRIER)
        for node in before:
            self.connect(node, barrier, needed=False)
        for node in behind:
            self.connect(barrier, node, needed=False)

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
    on_existing: OnExisting = OnExisting.KEEP
    purpose: Purpose = Purpose.MIGRATE

    @cached_property
    def digest(self) -> str:
        """A fingerprint of all that the plan will do, in 32 hexadecimal digits."""
        how = f"{self.purpose} held={self.held} on-existing={self.on_existing}"
        digest = hashlib.blake2b(how.encode(), digest_size=16)
        keys = [resource.key for resource in self.resources]
        for number in sorted(range(len(keys)), key=keys.__getitem__):
            r = self.resources[number]
            does = [r.key, r.action, r.destination_id, r.begun, r.bare, r.appended, r.changes]
            said = [*does, r.digest, r.live, r.left_out]
            digest.update(orjson.dumps(said))
        return digest.hexdigest()

    def counts(self) -> Mapping[str, Counter[Action]]:
        """By kind, how many resources each action is taken for."""
        counts: dict[str, Counter[Action]] = {}
        for resource in self.resources:
            counts.setdefault(kind_of(resource.key), Counter())[resource.action] += 1
        return counts
