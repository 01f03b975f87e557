"""What Redis says of a run besides its graph: the record, and each resource's line in the ledger."""

from pydantic import BaseModel, ConfigDict

from migrator.model.bounds import Bounds
from migrator.model.left_behind import LeftBehind
from migrator.model.plan import OnExisting, Purpose

#: Of everything that a run keeps in Redis; a worker leaves a run of another schema alone.
SCHEMA = 4


class Workspace(BaseModel):
    """One side of a run. Workers resolve the profile by themselves, and refuse another identity."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    profile: str
    url: str
    version: str
    identity: str
    absent: tuple[str, ...] = ()


class Chosen(BaseModel):
    """What of the source a migration is about: patterns of keys, and tags."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class RunRecord(BaseModel):
    """What a run is; written once, when it is published.

    Attributes:
        schema_version: Of what the run keeps in Redis.
        version: Of the Migrator that published it; empty if that did not say.
        run: Its id.
        mark: What tells it from another one that has its id; empty if its publisher made none.
        purpose: What it is for.
        parent: The migration that it is about, where it is none itself.
        plan: The digest of its plan.
        held: Whether what acts by itself arrives so that it does not.
        on_existing: What it does with what is there already.
        chosen: What of the source it is about.
        source: Where from.
        destination: Where to.
        seal: The id of the sealing key.
        redis: The server process it was published to; another one may have forgotten its last second.
        created: When it was published, in seconds since the epoch.
        resources: How many resources it has.
        source_requests: Requests that discovering and planning sent to the source.
        destination_requests: And to the destination.
        left_behind: What of the source is not migrated.
        kind_edges: From which kind to which other one how many edges lead; found when it is published.
        rate: Requests a second that its workers together may send to the destination; None for any.
        concurrency: Requests that they may have in flight there; None for any.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: int = SCHEMA
    version: str = ""
    run: str
    mark: str = ""
    purpose: Purpose = Purpose.MIGRATE
    parent: str | None = None
    plan: str
    held: bool
    on_existing: OnExisting = OnExisting.KEEP
    chosen: Chosen = Chosen()
    source: Workspace
    destination: Workspace
    seal: str
    redis: str
    created: float
    resources: int
    source_requests: int = 0
    destination_requests: int = 0
    left_behind: tuple[LeftBehind, ...] = ()
    kind_edges: tuple[tuple[str, str, int], ...] = ()
    rate: float | None = None
    concurrency: int | None = None

    @property
    def own_name(self) -> str:
        """What the destination knows it by: no other run is called so, though an id that was chosen may come again."""
        return f"{self.run}.{self.mark}" if self.mark else self.run

    @property
    def bounds(self) -> Bounds:
        """What the run allows of the destination."""
        return Bounds(self.rate, self.concurrency)

    def leads_to(self, side: Workspace, identity: str, url: str) -> bool:
        """Whether what was found is one of the run's sides; where one is a copy of the other, only URLs tell them."""
        copied = self.source.identity == self.destination.identity
        return side.identity == identity and (not copied or side.url == url)


class LedgerLine(BaseModel):
    """What the ledger says of one resource from the start; how it ended is in `outcome`.

    Attributes:
        key: What it is called on both sides.
        action: What the plan does with it.
        source_id: What the source calls it.
        digest: Of its canonical form at the source.
        left: Of the form in which it is left, where that is another one.
        live: Whether it acted by itself at the source; None for kinds that never do.
        differences: JSON pointers to what differs at the destination.
        changes: The fields of it that are changed.
        warnings: What a reader should know about it.
        reason: Why it is skipped, or fails.
        blocked_by: What it needs and will not get.
        required_by: What brought it along, if it was not chosen for its own sake.
        secrets: JSON pointers to the secrets that it lacks, because the source shows masks.
        left_out: JSON pointers to what the destination has no field for.
        bare: It is created without what points into its own cycle, and completed later.
        begun: An earlier run has written a part of it.
        appended: It joined others that were there already.
        comes_along: It came into being with another resource, and is adjusted.
        companion: The number of that one; -1 for none.
        twins: The numbers of others that share its natural key.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    key: str
    action: str
    source_id: str
    digest: str = ""
    left: str = ""
    live: bool | None = None
    differences: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    reason: str = ""
    blocked_by: tuple[str, ...] = ()
    required_by: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    bare: bool = False
    begun: bool = False
    appended: bool = False
    comes_along: bool = False
    companion: int = -1
    twins: tuple[int, ...] = ()
