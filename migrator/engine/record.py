"""What Redis says of a run besides its graph: the record, and each resource's line in the ledger."""

from pydantic import BaseModel, ConfigDict

#: Of everything that a run keeps in Redis; a worker leaves a run of another schema alone.
SCHEMA = 1


class Workspace(BaseModel):
    """One side of a run. Workers resolve the profile by themselves, and refuse another identity."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    profile: str
    url: str
    version: str
    identity: str
    absent: tuple[str, ...] = ()


class RunRecord(BaseModel):
    """What a run is; written once, when it is published.

    Attributes:
        schema_version: Of what the run keeps in Redis.
        run: Its id.
        plan: The digest of its plan.
        held: Whether what acts by itself arrives so that it does not.
        source: Where from.
        destination: Where to.
        seal: The id of the sealing key.
        redis: The server process it was published to; another one may have forgotten its last second.
        created: When it was published, in seconds since the epoch.
        resources: How many resources it has.
        source_requests: Requests that discovering and planning sent to the source.
        destination_requests: And to the destination.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: int = SCHEMA
    run: str
    plan: str
    held: bool
    source: Workspace
    destination: Workspace
    seal: str
    redis: str
    created: float
    resources: int
    source_requests: int = 0
    destination_requests: int = 0


class LedgerLine(BaseModel):
    """What the ledger says of one resource from the start; how it ended is in `outcome`.

    Attributes:
        key: What it is called on both sides.
        action: What the plan does with it.
        source_id: What the source calls it.
        digest: Of its canonical form at the source: what was written, if it was.
        live: Whether it acted by itself at the source; None for kinds that never do.
        differences: JSON pointers to what differs at the destination, where it is kept.
        warnings: What a reader should know about it.
        reason: Why it is skipped.
        blocked_by: What it needs and will not get.
        required_by: What brought it along, if it was not chosen for its own sake.
        bare: It is created without what points into its own cycle, and completed later.
        begun: An earlier run has written a part of it.
        comes_along: It came into being with another resource, and is adjusted.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    key: str
    action: str
    source_id: str
    digest: str = ""
    live: bool | None = None
    differences: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    reason: str = ""
    blocked_by: tuple[str, ...] = ()
    required_by: tuple[str, ...] = ()
    bare: bool = False
    begun: bool = False
    comes_along: bool = False
