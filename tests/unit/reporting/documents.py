"""Documents to be shown: a migration in which most went well, and not all."""

from collections.abc import Iterable, Iterator
from itertools import count as counting
from itertools import islice
from typing import Any

from migrator.engine.pace import Pace
from migrator.model.outcome import Outcome
from migrator.reporting.counting import count
from migrator.reporting.document.document import Document
from migrator.reporting.model import (
    DifferenceForm,
    ErrorForm,
    LeftBehindForm,
    Requests,
    ResourceForm,
    Streamed,
    VerifyForm,
)
from tests.unit.reporting.forms import run_form

#: How many there are of each kind.
NUMBERS = {
    "variable": 120,
    "concurrency-limit": 3,
    "tag-limit": 6,
    "block-type": 41,
    "block-schema": 52,
    "block-document": 84,
    "result-storage": 1,
    "work-pool": 8,
    "work-queue": 24,
    "flow": 220,
    "deployment": 400,
    "saved-search": 4,
    "automation": 31,
}
#: From which kind to which one that needs it.
KIND_EDGES = (
    ("block-type", "block-schema", 52),
    ("block-schema", "block-document", 84),
    ("block-document", "result-storage", 1),
    ("block-document", "work-pool", 2),
    ("work-pool", "work-queue", 24),
    ("work-queue", "deployment", 380),
    ("flow", "deployment", 400),
    ("concurrency-limit", "deployment", 9),
    ("block-document", "deployment", 12),
    ("deployment", "automation", 44),
    ("work-pool", "automation", 3),
    ("block-document", "automation", 6),
)
_REJECTED = ErrorForm(type="Rejected", message="422 body.job_variables: 'cpu' is not of type 'integer'")
_DENIED = ErrorForm(type="Denied", message="403 the plan of this account allows no more than 30 automations")
_MASKED = ErrorForm(type="Skipped", message="the source masks a secret that it needs, at /data/token")


def document(resources: Iterable[ResourceForm] | None = None, **fields: Any) -> Document:
    """A document about resources; about a whole migration, if none are given."""
    told = list(_resources() if resources is None else resources)
    totals, kinds = count((one.kind, Outcome(one.outcome or Outcome.PENDING)) for one in told)
    form = run_form(
        resources=Streamed(lambda: iter(told)),
        totals=totals,
        kinds=kinds,
        created="2026-11-22T10:21:21Z",
        version="0.1.0",
        requests=Requests(source=61, destination=1068),
        left_behind=STAYS,
        seconds=184.2,
    )
    given: dict[str, Any] = {
        "form": form,
        "pace": _pace(),
        "kind_edges": KIND_EDGES,
        "verification": None,
        "written": "2026-11-22T10:30:00Z",
    }
    return Document(**given | fields)


STAYS = [
    LeftBehindForm(what="flow runs", found=1200, advice="history stays at the source: keep it readable"),
    LeftBehindForm(what="results", found=None, advice="let the new place reach the storage that they lie in"),
    LeftBehindForm(what="artifacts", found=0, advice="there are none"),
]


def _resources() -> Iterator[ResourceForm]:
    for kind, number in NUMBERS.items():
        yield from islice(_of_kind(kind), number)


def _of_kind(kind: str) -> Iterator[ResourceForm]:
    for number in counting(1):
        yield _changed(resource(f"{kind}/{_name(kind, number)}"), kind, number)


def _name(kind: str, number: int) -> str:
    return f"flow-{number % 220}/nightly-{number}" if kind == "deployment" else f"{kind.partition('-')[0]}-{number}"


def resource(key: str, **fields: Any) -> ResourceForm:
    """A resource that was created."""
    given: dict[str, Any] = {
        "key": key,
        "kind": key.partition("/")[0],
        "action": "create",
        "outcome": "created",
        "attempts": 1,
    }
    return ResourceForm(**given | {"source_id": "851e306c-278c-42eb-b2a6-73ed62806fdc"} | fields)


def _changed(one: ResourceForm, kind: str, number: int) -> ResourceForm:
    """What is different with a few of them."""
    warning = "it names the source's own address at /value/server: what runs in the new place would report to the old"
    blocked = {"outcome": "skipped", "attempts": 0, "blocked_by": ["work-pool/work-3"]}
    fields: dict[str, Any] = {}
    match kind, number:
        case ("work-pool", 3):
            fields = {"outcome": "failed", "error": _REJECTED}
        case ("work-queue", n) if n in (7, 8, 9):
            fields = blocked
        case ("deployment", n) if n % 33 == 0:
            fields = blocked
        case ("automation", 31):
            fields = {"outcome": "failed", "error": _DENIED, "attempts": 3}
        case ("block-document", n) if n in (12, 40):
            fields = {"outcome": "skipped", "error": _MASKED, "secrets": ["/data/token"], "attempts": 0}
        case ("block-type", n) if n < 38:
            fields = {"outcome": "exists", "action": "exists", "attempts": 0}
        case ("variable", n) if n % 40 == 1:
            fields = {"warnings": [warning]}
        case ("flow", n) if n < 6:
            fields = {"outcome": "exists", "action": "exists", "attempts": 0, "differences": ["/tags", "/labels"]}
    return one.model_copy(update=fields)


def _pace() -> list[Pace]:
    """Three minutes, with a pause of the destination."""
    rates = [12, 38, 61, 66, 70, 64, 69, 0, 0, 21, 58, 66, 71, 68, 60, 63, 41, 9]
    created = (Pace(1_763_806_880 + 10 * n, "created", nodes) for n, nodes in enumerate(rates))
    lost = [("failed", 5, 1), ("skipped", 6, 14), ("skipped", 11, 2), ("failed", 17, 1)]
    return sorted([*created, *(Pace(1_763_806_880 + 10 * n, outcome, nodes) for outcome, n, nodes in lost)])


def verification() -> VerifyForm:
    """How both sides compare afterwards."""
    form = run_form()
    return VerifyForm(
        source=form.source,
        destination=form.destination,
        same=972,
        missing=["work-pool/work-3", "automation/automation-31"],
        extra=["variable/only-there"],
        different=[DifferenceForm(key="flow/flow-2", fields=["/tags", "/labels"])],
        unverifiable=[DifferenceForm(key="block-document/block-12", fields=["/data/token"])],
        kinds={},
    )
