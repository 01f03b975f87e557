"""A small migration to be shown, from its plan to its end: most goes well, and not all."""

from collections.abc import Sequence
from typing import Any

from migrator.model.keys import Key, kind_of
from migrator.model.outcome import Outcome
from migrator.reporting.counting import count
from migrator.reporting.model import (
    DifferenceForm,
    ErrorForm,
    EstimateForm,
    KindComparison,
    LeftBehindForm,
    Requests,
    ResourceForm,
    RunForm,
    RunLineForm,
    RunsForm,
    SideForm,
    StatusForm,
    VerifyForm,
)
from migrator.reporting.status_report import report_of_standing
from tests.integration.engine.graphs import plan_of, record_of
from tests.unit.reporting.forms import run_form
from tests.unit.reporting.standings import standing_of

DANGLING = ErrorForm(
    type="Skipped",
    message="it holds an id that cannot be carried, of nothing the source has or as the name of a field, "
    "at /actions/0/deployment_id",
)
REJECTED = ErrorForm(type="Rejected", message="422 job_variables.cpu: is not of type 'integer'")
WARNED = (
    "it names the source's own address at /job_variables/env/PREFECT_API_URL: "
    "what runs in the new place would report to the old"
)
WITHOUT = (
    "it is created without /data/aws_secret_access_key, masked at the source; "
    "below its key in --secrets FILE add aws_secret_access_key: VALUE"
)
STAYS = [
    LeftBehindForm(
        what="flow runs",
        found=1200,
        advice="history stays at the source: keep it readable for as long as somebody needs it",
    ),
    LeftBehindForm(
        what="results",
        found=None,
        advice="they lie in their storage, not in the workspace: let the new place reach that storage",
    ),
]
NAMES = {
    "variable": ("environment", "region", "retries", "warehouse", "owner"),
    "block-document": ("aws-credentials/prod", "s3-bucket/raw"),
    "work-pool": ("k8s", "local"),
    "work-queue": ("k8s/default", "k8s/high", "local/default"),
    "flow": ("etl", "ingest", "report", "cleanup"),
    "deployment": ("etl/nightly", "etl/hourly", "ingest/orders", "report/weekly", "report/monthly", "cleanup/old"),
    "automation": ("Late nights", "Restart nightly", "Page on failure"),
}
#: What is not just created.
DIFFERENT: dict[str, dict[str, Any]] = {
    "block-document/aws-credentials/prod": {"secrets": ["/data/aws_secret_access_key"], "warnings": [WITHOUT]},
    "work-pool/local": {
        "action": "exists",
        "differences": ["/type"],
        "warnings": ["it differs at /type, which an update cannot change"],
    },
    "work-queue/local/default": {"action": "exists"},
    "flow/cleanup": {"action": "exists"},
    "deployment/ingest/orders": {"warnings": [WARNED]},
    "deployment/cleanup/old": {
        "action": "update",
        "changes": ["description", "tags"],
        "differences": ["/description", "/tags"],
    },
    "automation/Page on failure": {"action": "skip", "error": DANGLING},
}
#: What became of it where that is not what was planned.
ENDED: dict[str, dict[str, Any]] = {
    "deployment/etl/nightly": {"outcome": "failed", "error": REJECTED},
    "automation/Late nights": {"outcome": "skipped", "blocked_by": ["deployment/etl/nightly"]},
    "automation/Restart nightly": {"outcome": "skipped", "blocked_by": ["deployment/etl/nightly"]},
}
_OUTCOMES = {
    "create": "created",
    "update": "updated",
    "exists": "exists",
    "skip": "skipped",
    "switch": "switched",
}


def _resources(ended: bool = False) -> list[ResourceForm]:  # noqa: FBT001, FBT002 - of this module alone
    keys = [f"{kind}/{name}" for kind, names in NAMES.items() for name in names]
    told = {key: {"action": "create", "source_id": "1"} | DIFFERENT.get(key, {}) for key in keys}
    if ended:
        told = {key: {"outcome": _OUTCOMES[how["action"]]} | how | ENDED.get(key, {}) for key, how in told.items()}
    return [ResourceForm(key=key, kind=kind_of(Key(key)), **how) for key, how in told.items()]


def _form(resources: Sequence[ResourceForm], **fields: Any) -> RunForm:
    totals, kinds = count((one.kind, Outcome(one.outcome or _OUTCOMES[one.action])) for one in resources)
    return run_form(resources=resources, totals=totals, kinds=kinds, left_behind=STAYS, **fields)


PLAN = _form(
    _resources(),
    run=None,
    state="planned",
    on_existing="update",
    estimate=EstimateForm(requests=31, seconds=4.2),
    destination=SideForm(
        profile="prod", url="https://prefect.example.com/api", version="3.4.14", absent=["result-storage"]
    ),
)
COMMAND = f"migrator run --from local --to prod --on-existing update --expect-plan {PLAN.plan}"
RUN = _form(_resources(ended=True), on_existing="update", requests=Requests(source=21, destination=58), seconds=9.4)
LANDED = run_form(
    resources=[],
    totals=RUN.totals.model_copy(update={"failed": 0, "skipped": 0, "discovered": 22}),
    kinds={kind: counters for kind, counters in RUN.kinds.items() if not counters.failed + counters.skipped},
    requests=Requests(source=21, destination=58),
    seconds=8.7,
)
CUTOVER = _form(
    [
        ResourceForm(key="deployment/etl/hourly", kind="deployment", action="switch", source_id="1"),
        ResourceForm(key="deployment/report/weekly", kind="deployment", action="switch", source_id="1"),
        ResourceForm(
            key="deployment/etl/nightly",
            kind="deployment",
            action="skip",
            source_id="1",
            error=ErrorForm(type="Skipped", message="it has not arrived: the report of the run says why"),
        ),
    ],
    run=None,
    purpose="cutover",
    state="planned",
)
_PROFILES = {"source": "local", "destination": "prod"}
STATUS: StatusForm = report_of_standing(record_of(RUN.run or "", plan_of(1)), standing_of()).model_copy(
    update=_PROFILES
)
RUNS = RunsForm(
    runs=[
        RunLineForm(
            run=f"2026112{day}-102121-ddf96d",
            purpose=purpose,
            parent=None,
            state=state,
            reason="",
            source="local",
            destination="prod",
            nodes=691,
            settled=settled,
            created=f"2026-11-2{day}T10:21:21Z",
            failed=failed,
            skipped=0,
            needed=needed,
            expires=None if needed else "2027-02-20T10:21:21Z",
        )
        for day, purpose, state, settled, failed, needed in (
            (2, "migrate", "finished", 691, 0, True),
            (3, "cutover", "finished", 691, 3, False),
            (4, "migrate", "running", 344, 3, False),
        )
    ]
)
VERIFICATION = VerifyForm(
    source=RUN.source,
    destination=RUN.destination,
    same=21,
    missing=sorted(ENDED),
    extra=[],
    different=[DifferenceForm(key="work-pool/local", fields=["/type"])],
    unverifiable=[DifferenceForm(key="block-document/aws-credentials/prod", fields=["/data/aws_secret_access_key"])],
    kinds={
        "variable": KindComparison(same=5),
        "block-document": KindComparison(same=2, unverifiable=1),
        "work-pool": KindComparison(same=1, different=1),
        "work-queue": KindComparison(same=3),
        "flow": KindComparison(same=4),
        "deployment": KindComparison(same=5, missing=1),
        "automation": KindComparison(same=1, missing=2),
    },
)
