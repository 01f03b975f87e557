"""The machine forms, versioned. Their JSON schemas in docs/reference are generated from here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, InstanceOf
from pydantic.json_schema import SkipJsonSchema

#: Of the machine forms; a field may come without a new number, none goes or changes its meaning.
SCHEMA = 1


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)


class SideForm(_Form):
    """One side of a migration."""

    model_config = ConfigDict(from_attributes=True)

    profile: str
    url: str
    version: str
    absent: list[str] = Field(default_factory=list, description="kinds that this server does not have")


class Counters(_Form):
    """How many resources ended, or in a plan will end, in each way. They add up to `discovered`."""

    discovered: int = 0
    created: int = 0
    updated: int = 0
    switched: int = 0
    removed: int = 0
    restored: int = 0
    exists: int = 0
    skipped: int = 0
    failed: int = 0
    pending: int = 0

    @property
    def lost(self) -> int:
        """How many did not end well."""
        return self.failed + self.skipped + self.pending


class ErrorForm(_Form):
    """Why a resource failed: names and reasons, never a value."""

    type: str
    message: str


class ResourceForm(_Form):
    """One resource, and what became of it."""

    key: str
    kind: str
    action: str
    outcome: str | None = Field(default=None, description="null in a plan")
    source_id: str
    destination_id: str | None = None
    attempts: int = Field(default=0, description="how often it was tried, over all of its writes")
    blocked_by: list[str] = Field(default_factory=list, description="keys of what it needs and did not get")
    required_by: list[str] = Field(default_factory=list, description="keys of what brought it along")
    differences: list[str] = Field(default_factory=list, description="JSON pointers to what differs at the destination")
    changes: list[str] = Field(default_factory=list, description="fields of it that are changed")
    secrets: list[str] = Field(
        default_factory=list, description="JSON pointers to secrets that the source shows masked and nobody gave"
    )
    warnings: list[str] = Field(default_factory=list)
    error: ErrorForm | None = None


@dataclass(frozen=True)
class Streamed:
    """Resources that come one by one, as often as one asks for them; memory holds none of them.

    Attributes:
        begin: Lets them come, from the first on.
    """

    begin: Callable[[], Iterator[ResourceForm]]

    def __iter__(self) -> Iterator[ResourceForm]:
        return self.begin()


class Requests(_Form):
    """How many requests each side was sent."""

    source: int
    destination: int


class LeftBehindForm(_Form):
    """What of the source is not migrated."""

    what: str
    found: int | None = Field(description="null where it cannot be counted")
    advice: str = Field(description="what to do about it")


class EstimateForm(_Form):
    """What a plan will take, by what the destination took while it was looked at."""

    requests: int = Field(description="to the destination")
    seconds: float


class RunForm(_Form):
    """The machine form of a run, and of a plan."""

    schema_version: int = Field(default=SCHEMA, alias="schema")
    run: str | None = Field(description="null in a plan")
    purpose: str = Field(default="migrate", description="migrate, cutover, cutover-back or rollback")
    parent: str | None = Field(default=None, description="the migration that it is about; null for a migration")
    state: str
    created: str | None = Field(default=None, description="when it was published (ISO 8601, UTC); null in a plan")
    version: str = Field(default="", description="of the Migrator that planned it; empty if that did not say")
    plan: str
    held: bool
    on_existing: str = Field(default="keep", description="keep, update or fail")
    source: SideForm
    destination: SideForm
    totals: Counters
    kinds: dict[str, Counters]
    resources: SkipJsonSchema[InstanceOf[Streamed]] | list[ResourceForm] = Field(union_mode="left_to_right")
    left_behind: list[LeftBehindForm] = Field(default_factory=list)
    estimate: EstimateForm | None = Field(default=None, description="of a plan; null in a run")
    requests: Requests
    seconds: float


class _RunHead(_Form):
    """What there is to say first of a run."""

    run: str
    purpose: str
    parent: str | None
    state: str = Field(description="running, paused, cancelled or finished")
    reason: str = Field(description="why it is in that state, where somebody has said so")
    source: str = Field(description="the profile")
    destination: str = Field(description="the profile")
    nodes: int
    settled: int


class KindForm(_Form):
    """How far one kind is. Counts are of nodes: a resource is one or several."""

    model_config = ConfigDict(from_attributes=True)

    nodes: int
    settled: int
    outcomes: dict[str, int]


class FailureForm(_Form):
    """A node that has failed."""

    key: str
    error: ErrorForm


class StatusForm(_RunHead):
    """The machine form of where a run stands. Counts are of nodes: a resource is one or several."""

    schema_version: int = Field(default=SCHEMA, alias="schema")
    outcomes: dict[str, int]
    kinds: dict[str, KindForm] = Field(default_factory=dict)
    failures: list[FailureForm] = Field(default_factory=list, description="the last ones, newest first")
    ready: int = Field(description="wait for a worker")
    in_flight: int = Field(description="are held by one")
    delayed: int = Field(description="wait for their next attempt")
    waiting: int = Field(description="wait for others")
    workers: int = Field(description="worker processes that are alive")
    rate: float = Field(description="nodes a second that settled lately")
    seconds_left: float | None = Field(description="at that rate; null where nothing moves")
    waits_for: list[str] = Field(description="what keeps it from going on, in words")


class RunLineForm(_RunHead):
    """One run among others."""

    created: str = Field(description="when it was published (ISO 8601, UTC)")
    failed: int
    skipped: int
    needed: bool = Field(description="its ledger is needed: it holds what was not cut over or rolled back")
    expires: str | None = Field(description="when it is removed; null while it is under way or its ledger is needed")


class RunsForm(_Form):
    """The machine form of the list of runs, oldest first."""

    schema_version: int = Field(default=SCHEMA, alias="schema")
    runs: list[RunLineForm]


class NodeForm(_Form):
    """One node of a resource."""

    node: int
    step: str
    whereabouts: str = Field(description="waiting, ready, claimed, delayed or settled")
    outcome: str | None
    error: ErrorForm | None
    blocked_by: str | None = Field(description="key of the one because of which it was skipped")
    waits_for: list[str] = Field(description="keys of what it still waits for")
    tries: int = Field(description="attempts that were to be repeated")
    crashes: int = Field(description="workers that died holding it")
    holder: str | None = Field(description="the worker that holds it")
    seconds: float = Field(description="until its lease ends unless it is renewed, or until its next attempt")


class InspectForm(_Form):
    """The machine form of one resource's story."""

    schema_version: int = Field(default=SCHEMA, alias="schema")
    run: str
    resource: ResourceForm
    refers_to: list[str] = Field(description="keys of what it refers to, while its sealed body is there")
    nodes: list[NodeForm]
    writes: list["WriteForm"]


class IdForm(_Form):
    """What a resource is called on either side."""

    kind: str
    key: str
    source_id: str
    destination_id: str


class WriteForm(_Form):
    """One line of the audit log: a request that was to change something. Never a body, never a value."""

    at: str = Field(description="when its answer came, or did not (ISO 8601, UTC)")
    run: str
    key: str
    side: str = Field(description="source or destination")
    method: str
    path: str = Field(description="below the API's URL, without a query")
    answer: int | str = Field(description="the HTTP status, or the class of the error where there was no answer")
    worker: str


class DifferenceForm(_Form):
    """Where one resource differs, as JSON pointers; never the values."""

    key: str
    fields: list[str]


class KindComparison(_Form):
    """How the resources of one kind compare."""

    same: int = 0
    missing: int = 0
    extra: int = 0
    different: int = 0
    unverifiable: int = 0


class VerifyForm(_Form):
    """The machine form of a verification."""

    schema_version: int = Field(default=SCHEMA, alias="schema")
    source: SideForm
    destination: SideForm
    same: int
    missing: list[str]
    extra: list[str]
    different: list[DifferenceForm]
    unverifiable: list[DifferenceForm]
    left_out: list[DifferenceForm] = Field(default_factory=list, description="what the destination has no field for")
    kinds: dict[str, KindComparison]


class FindingForm(_Form):
    """One thing that the doctor looked at."""

    model_config = ConfigDict(from_attributes=True)

    subject: str = Field(description="here, source, destination, redis or workers")
    check: str
    verdict: str = Field(description="fine, warning or wrong")
    reason: str
    advice: str = Field(description="how to mend it; empty where all is fine")
    code: int = Field(description="the exit code with which a run would end because of it; 0 unless it is wrong")


class DoctorForm(_Form):
    """The machine form of what the doctor found."""

    schema_version: int = Field(default=SCHEMA, alias="schema")
    code: int = Field(description="the exit code: the highest of the findings'")
    findings: list[FindingForm]
