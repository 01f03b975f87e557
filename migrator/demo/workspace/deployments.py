"""Flows, deployments and schedules."""

from typing import Any

from migrator.demo.workspace.blocks import reference
from migrator.demo.workspace.ids import Ids
from migrator.demo.workspace.names import ANYTHING, AWKWARD, DOTS
from migrator.demo.workspace.schedules import CRON, EVERY_SHAPE, INTERVAL, LIMITED, slugged
from migrator.demo.workspace.sending import Request, create_each

#: Flows by name. Some have no deployment.
FLOWS: list[dict[str, Any]] = [
    {"name": "etl", "tags": ["core"], "labels": {"team": "data", "cost_center": 4711, "critical": True, "share": 0.5}},
    {"name": "reporting", "tags": ["core", "finance"]},
    {"name": "Monatsabschluß Köln", "tags": ["finance", "süd"], "labels": {"owner": "jörg"}},
    {"name": "train model", "labels": {"gpu": True}},
    {"name": "tenant-import"},
    {"name": "tenant-export"},
    {"name": "tenant-billing"},
    {"name": "library-only", "tags": ["imported"]},
    {"name": "retired", "labels": {"retired": True}},
    {"name": "never-deployed"},
    {"name": AWKWARD, "tags": [ANYTHING, ""], "labels": {ANYTHING: ANYTHING}},
]

#: Flows of the generated deployments, in turn.
TENANT_FLOWS = ("tenant-import", "tenant-export", "tenant-billing")

#: Pool and queue of the generated deployments, in turn; without a queue it is the pool's default.
TENANT_PLACES: tuple[dict[str, str], ...] = (
    {"work_pool_name": "kubernetes"},
    {"work_pool_name": "kubernetes", "work_queue_name": "urgent"},
    {"work_pool_name": "etl-workers", "work_queue_name": "low"},
    {"work_pool_name": "etl-workers"},
    {"work_pool_name": "Bürorechner 2", "work_queue_name": "lunch break"},
)

#: What the parameters of `reporting` may be.
REPORT_PARAMETERS: dict[str, Any] = {
    "title": "Parameters",
    "type": "object",
    "properties": {
        "day": {"title": "day", "type": "string", "format": "date", "position": 0},
        "rows": {"title": "rows", "type": "integer", "default": 100, "position": 1},
        "layout": {"$ref": "#/definitions/Layout", "position": 2},
    },
    "required": ["day"],
    "definitions": {"Layout": {"title": "Layout", "enum": ["wide", "narrow"], "type": "string"}},
}


async def add_flows(send: Request) -> dict[str, str]:
    """Creates the flows; answers with their ids by name."""
    return await create_each(send, "/flows/", FLOWS)


async def add_deployments(send: Request, ids: Ids, count: int) -> dict[str, str]:
    """Creates the hand-written deployments, then one a tenant up to `count`; answers with ids by `flow/deployment`."""
    hand_written = [*_by_place(), *_by_reference(ids), *_for_reports(ids), *_by_schedule(), *_by_limit(ids)]
    generated = (_tenant(number) for number in range(count - len(hand_written)))
    made: dict[str, str] = {}
    for row in (*hand_written, *generated):
        body = {key: value for key, value in row.items() if key != "flow"}
        answer = await send("POST", "/deployments/", {**body, "flow_id": ids.flows[row["flow"]]})
        made[f"{row['flow']}/{row['name']}"] = answer["id"]
    # The server drops `max_scheduled_runs` from a deployment's own body; only this endpoint keeps it.
    await send("POST", f"/deployments/{made['etl/backfill']}/schedules", LIMITED)
    await _change_afterwards(send, made)
    return made


async def _change_afterwards(send: Request, made: dict[str, str]) -> None:
    """What cannot be said when a deployment is created."""
    own_limit = f"deployment:{made['train model/own limit, switched off']}"
    await send("PATCH", f"/v2/concurrency_limits/{own_limit}", {"active": False, "slot_decay_per_second": 0.5})
    # Its name stays on the deployment.
    await send("DELETE", "/work_pools/kubernetes/queues/short-lived", None)


def _by_place() -> list[dict[str, Any]]:
    return [
        {
            "flow": "etl",
            "name": "nightly",
            "description": "Loads **everything**\nevery night.",
            "version": "2.4.1",
            "entrypoint": "flows/etl.py:etl",
            "path": "/srv/flows",
            "tags": ["core", "kunde-süd"],
            "labels": {"team": "data", "cost_center": 4711, "critical": True},
            "work_pool_name": "kubernetes",
            "job_variables": {"image": "registry.example.com/etl:2.4.1", "env": {"STAGE": "live"}, "cpu": 2},
            "schedules": [slugged(CRON, "nightly")],
        },
        {"flow": "etl", "name": "no pool at all", "description": None, "parameter_openapi_schema": None},
        {"flow": "etl", "name": "deleted queue", "work_pool_name": "kubernetes", "work_queue_name": "short-lived"},
        {"flow": "etl", "name": "renamed default queue", "work_pool_name": "kubernetes", "work_queue_name": "standard"},
        {"flow": "etl", "name": "paused queue", "work_pool_name": "kubernetes", "work_queue_name": "bulk"},
        {"flow": "train model", "name": "nightly", "work_pool_name": "kubernetes", "work_queue_name": "über nacht"},
        {"flow": "Monatsabschluß Köln", "name": "für März (é, 漢字) #1", "work_pool_name": "Bürorechner 2"},
        {"flow": "reporting", "name": "paused by hand", "paused": True, "work_pool_name": "maintenance"},
        {"flow": "reporting", "name": "on a bare pool", "description": "", "work_pool_name": "bare"},
        {"flow": "reporting", "name": "for an agent", "work_queue_name": "agent queue"},
        {"flow": AWKWARD, "name": AWKWARD, "work_pool_name": AWKWARD, "work_queue_name": AWKWARD},
        {"flow": AWKWARD, "name": DOTS, "work_pool_name": AWKWARD, "tags": [ANYTHING], "labels": {ANYTHING: ANYTHING}},
    ]


def _by_reference(ids: Ids) -> list[dict[str, Any]]:
    bucket, pipeline = reference(ids.blocks["s3-bucket/raw"]), reference(ids.blocks["data-pipeline/nightly"])
    return [
        {
            "flow": "etl",
            "name": "blocks in parameters",
            "parameters": {"target": bucket, "steps": [{"pipeline": pipeline}], "note": "plain"},
            "work_pool_name": "etl-workers",
            "work_queue_name": "high",
        },
        {
            "flow": "etl",
            "name": "blocks in job variables",
            "work_pool_name": "kubernetes",
            "job_variables": {"credentials": reference(ids.blocks["aws-credentials/data-lake"])},
        },
        {"flow": "etl", "name": "pulls its code", "pull_steps": _pull_steps(ids), "work_pool_name": "etl-workers"},
        {
            "flow": "etl",
            "name": "one schedule, two targets",
            "schedules": [
                {"schedule": CRON, "parameters": {"target": target}}
                for target in (bucket, reference(ids.blocks["s3-bucket/anonymous:exports"]))
            ],
        },
    ]


def _for_reports(ids: Ids) -> list[dict[str, Any]]:
    return [
        {
            "flow": "reporting",
            "name": "from Prefect 2",
            "storage_document_id": ids.blocks["local-file-system/anonymous:storage"],
            "infrastructure_document_id": ids.blocks["legacy-process/anonymous:infrastructure"],
        },
        {
            "flow": "reporting",
            "name": "named storage",
            "storage_document_id": ids.blocks["local-file-system/results"],
            "work_pool_name": "etl-workers",
        },
        {
            "flow": "reporting",
            "name": f"for {ids.flows['etl']}",
            "work_pool_name": f"results in {ids.blocks['local-file-system/pool-results']}",
        },
        # A server measures them only when it is told to expressly, and takes it for granted all the same.
        {
            "flow": "reporting",
            "name": "unchecked parameters",
            "parameter_openapi_schema": REPORT_PARAMETERS,
            "parameters": {"day": reference(ids.blocks["s3-bucket/raw"]), "rows": "many"},
        },
        {
            "flow": "reporting",
            "name": "checked parameters",
            "enforce_parameter_schema": True,
            "parameter_openapi_schema": REPORT_PARAMETERS,
            "parameters": {"day": "2024-02-29", "layout": "wide"},
            "work_pool_name": "etl-workers",
        },
    ]


def _pull_steps(ids: Ids) -> list[dict[str, Any]]:
    """Steps that fetch the code, with a secret and a variable by name and a block by id."""
    return [
        {
            "prefect.deployments.steps.git_clone": {
                "repository": "https://git.example.com/acme/flows.git",
                "branch": "{{ prefect.variables.git_branch }}",
                "access_token": "{{ prefect.blocks.secret.git-token }}",
            }
        },
        {
            "prefect_aws.deployments.steps.pull_from_s3": {
                "credentials": reference(ids.blocks["aws-credentials/data-lake"])
            }
        },
        {"prefect.deployments.steps.set_working_directory": {"directory": "{{ clone-step.directory }}"}},
    ]


def _by_schedule() -> list[dict[str, Any]]:
    place = {"work_pool_name": "etl-workers", "work_queue_name": "high"}
    return [
        {"flow": "etl", "name": "hourly", "schedules": [{"schedule": INTERVAL}], **place},
        {"flow": "etl", "name": "every kind of schedule", "schedules": EVERY_SHAPE, **place},
        {"flow": "etl", "name": "backfill", "paused": True, **place},
        {
            "flow": "reporting",
            "name": "twice the same schedule",
            "schedules": [{"schedule": CRON}, {"schedule": CRON, "active": False}],
            **place,
        },
    ]


def _by_limit(ids: Ids) -> list[dict[str, Any]]:
    shared = {"global_concurrency_limit_id": ids.limits["database-slots"], "work_pool_name": "kubernetes"}
    return [
        {
            "flow": "train model",
            "name": "own limit",
            "concurrency_limit": 3,
            "concurrency_options": {"collision_strategy": "CANCEL_NEW", "grace_period_seconds": 120},
        },
        {"flow": "train model", "name": "own limit, no options", "concurrency_limit": 1},
        {"flow": "train model", "name": "own limit, switched off", "concurrency_limit": 2},
        {
            "flow": "train model",
            "name": "shared limit A",
            "concurrency_options": {"collision_strategy": "ENQUEUE"},
            **shared,
        },
        {"flow": "train model", "name": "shared limit B", **shared},
    ]


def _tenant(number: int) -> dict[str, Any]:
    return {
        "flow": TENANT_FLOWS[number % len(TENANT_FLOWS)],
        "name": f"tenant {number:03}",
        "description": f"Tenant number {number}" if number % 2 else None,
        "paused": number % 7 == 0,
        "tags": ["tenant", f"region-{number % 4}"],
        "labels": {"tenant": number, "region": f"region-{number % 4}"},
        "parameters": {"tenant": number, "dry_run": False},
        "entrypoint": "flows/tenants.py:run",
        "schedules": [slugged(INTERVAL, "every-hour")] if number % 3 else [],
        **TENANT_PLACES[number % len(TENANT_PLACES)],
    }
