"""Rows of every kind, in each of the shapes that a kind reads in a way of its own."""

from collections.abc import Mapping

from migrator.model.canonical import Body
from tests.unit import rows
from tests.unit.rows import ROWS, an_id

_EVENT: Body = rows.AUTOMATION["trigger"]
_NIGHTLY: Body = rows.DEPLOYMENT["schedules"][0]
OWN_LIMIT: Body = {**rows.CONCURRENCY_LIMIT, "name": f"deployment:{rows.DEPLOYMENT_ID}", "active": False}
_INNER: Body = {
    **_EVENT,
    "id": an_id(0xE3),
    "match_related": [{"prefect.resource.id": [f"prefect.flow.{rows.FLOW_ID}"]}],
}
_SEQUENCE: Body = {"type": "sequence", "id": an_id(0xE4), "triggers": [_INNER], "within": 60.0}
_COMPOUND: Body = {**_SEQUENCE, "type": "compound", "id": an_id(0xE5), "require": 1}


def _scheduled(schedule: Body, **settings: object) -> Body:
    return {**rows.DEPLOYMENT, "schedules": [{**_NIGHTLY, "schedule": schedule, **settings}]}


SPECIMENS: Mapping[str, tuple[str, Body]] = {
    **{name: (name, row) for name, row in ROWS.items()},
    "tag-limit among global limits": (
        "tag-limit",
        {**rows.CONCURRENCY_LIMIT, "name": "tag:kunde-süd", "active": False},
    ),
    "block-document that holds another": (
        "block-document",
        {
            **rows.BLOCK_DOCUMENT,
            "data": {"host": "dwh.example.com", "credentials": {"user": "of the other"}},
            "block_document_references": {
                "credentials": {
                    "block_document": {
                        "id": rows.DOCUMENT_ID,
                        "name": "analytics",
                        "block_type": {"slug": "warehouse-credentials"},
                        "is_anonymous": False,
                        "block_document_references": {},
                    }
                }
            },
        },
    ),
    "anonymous block-document": (
        "block-document",
        {**rows.BLOCK_DOCUMENT, "name": "anonymous-5d3f", "is_anonymous": True},
    ),
    "default work-queue": ("work-queue", rows.DEFAULT_QUEUE),
    "deployment with its own limit": ("deployment", {**rows.DEPLOYMENT, "global_concurrency_limit": OWN_LIMIT}),
    "deployment without anything": (
        "deployment",
        {
            **rows.DEPLOYMENT,
            "schedules": [],
            "global_concurrency_limit": None,
            "concurrency_options": None,
            "pull_steps": None,
            "job_variables": {},
            "parameters": {},
            "labels": {},
            "tags": [],
            "parameter_openapi_schema": None,
            "work_pool_name": None,
            "work_queue_name": None,
            "work_queue_id": None,
            "storage_document_id": None,
        },
    ),
    "deployment with an interval": (
        "deployment",
        _scheduled({"interval": 3600.0, "anchor_date": "2024-01-01T00:15:00Z", "timezone": "UTC"}, slug=None),
    ),
    "deployment with a rule, bounded": (
        "deployment",
        _scheduled({"rrule": "FREQ=DAILY", "timezone": "UTC"}, max_scheduled_runs=10),
    ),
    "deployment with steps and an infrastructure block": (
        "deployment",
        {
            **rows.DEPLOYMENT,
            "pull_steps": [{"pull": {"credentials": {"$ref": {"block_document_id": rows.DOCUMENT_ID}}}}],
            "infrastructure_document_id": rows.DOCUMENT_ID,
            "description": "Loads",
        },
    ),
    "automation on several triggers": (
        "automation",
        {
            **rows.AUTOMATION,
            "trigger": {**_COMPOUND, "triggers": [_SEQUENCE, _EVENT]},
            "actions_on_trigger": [{"type": "pause-automation", "automation_id": rows.AUTOMATION_ID}],
        },
    ),
}
"""By what is special about them: the kind's name and a row of it."""
