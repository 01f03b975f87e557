"""A job: a claimed node, with all that an attempt at it needs."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from migrator.engine.record import LedgerLine
from migrator.kinds import kind_named
from migrator.kinds.kind import Kind
from migrator.model.canonical import Body
from migrator.model.keys import Key
from migrator.model.plan import OnExisting, Step


async def _forget(_image: Body) -> None:
    """For what never updates."""


async def _knows(_job: "Job") -> None:
    """For what need not know what is there."""


@dataclass(slots=True)
class Job:
    """A claimed node, with all that an attempt at it needs.

    Attributes:
        node: The node.
        step: What it does for its resource.
        attempts: Earlier attempts; any of them may have written.
        line: What the ledger says of the resource.
        body: What to write, with the destination's ids.
        own_id: The resource's id at the destination, where an earlier node has learnt it.
        owner: What an automation is found by, which has no natural key.
        untouched: The resource was there before its run, so it is left as it is.
        held: Whether the run leaves it to the cutover what acts.
        on_existing: What to do with what somebody else has made since the plan.
        keep: Puts away what an update replaces, before it does.
        look: Finds what is there already, just before it is written.
        taken: Ids at the destination of others that share its natural key.
        found: The row of what is there already.
        claimed_at: When it was claimed, by this process's clock: no other one has begun it since.
        resource: The number of its resource.
        mates: The numbers of the resources that were claimed together, its own among them.
    """

    node: int
    step: Step
    attempts: int
    line: LedgerLine
    body: Body
    own_id: str = ""
    owner: str = ""
    untouched: bool = False
    held: bool = True
    on_existing: OnExisting = OnExisting.KEEP
    keep: Callable[[Body], Awaitable[None]] = _forget
    look: Callable[["Job"], Awaitable[None]] = _knows
    taken: frozenset[str] = frozenset()
    found: Body | None = None
    claimed_at: float = field(default_factory=time.monotonic)
    resource: int = -1
    mates: Sequence[int] = ()
    kind: Kind = field(init=False)

    def __post_init__(self) -> None:
        self.kind = kind_named(self.key)

    @property
    def key(self) -> Key:
        """What its resource is called."""
        return Key(self.line.key)

    @property
    def path(self) -> str:
        """Where its resource is found at the destination."""
        return self.kind.at(self.own_id, str(self.body.get("name", "")))

    @property
    def may_be_repeated(self) -> bool:
        """Whether a write that was done already is refused the second time, so that one need not look before it."""
        return self.step is Step.CREATE and not self.kind.overwrites and self._is_unique

    @property
    def _is_unique(self) -> bool:
        return bool(self.kind.identities(self.body)) and self.kind.unique(self.body)

    @property
    def looks_first(self) -> bool:
        """Whether one must know what is there before one writes (invariants 6 and 9)."""
        must_know = self.kind.overwrites or self.line.comes_along or self.attempts > 0
        return self.step is Step.CREATE and must_know

    @property
    def looks_ahead(self) -> bool:
        """Whether one looks just before one writes, and for what comes next at the same time."""
        return self.looks_first and self.kind.look_ahead is not None
