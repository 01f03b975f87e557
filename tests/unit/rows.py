"""One realistic row of every kind, as a Prefect 3.8.8 server lists it, made small by hand."""

from migrator.kinds.kind import Surroundings
from migrator.kinds.reading import Reader
from migrator.model.canonical import Body
from migrator.model.keys import Key


def an_id(number: int) -> str:
    """An id that is easy to tell from others in a failed test."""
    return f"{number:08x}-0000-4000-8000-{number:012x}"


VARIABLE_ID = an_id(0xA0)
LIMIT_ID = an_id(0xA1)
TAG_LIMIT_ID = an_id(0xA2)
TYPE_ID = an_id(0xB0)
SCHEMA_ID = an_id(0xB1)
DOCUMENT_ID = an_id(0xB2)
POOL_ID = an_id(0xC0)
DEFAULT_QUEUE_ID = an_id(0xC1)
QUEUE_ID = an_id(0xC2)
FLOW_ID = an_id(0xD0)
DEPLOYMENT_ID = an_id(0xD1)
SCHEDULE_ID = an_id(0xD2)
SEARCH_ID = an_id(0xE0)
AUTOMATION_ID = an_id(0xE1)
TRIGGER_ID = an_id(0xE2)
CHECKSUM = "sha256:1c880cfdfb03b18dc90a11d76040f65c610c5dfbf9f067f681e2d6c75bf4f9a1"

_TIMES = {"created": "2026-11-22T09:56:17.000001Z", "updated": "2026-11-22T09:56:18.000001Z"}

VARIABLE: Body = {
    **_TIMES,
    "id": VARIABLE_ID,
    "name": "alert_routing",
    "value": {"default": "#data", "by_team": {"ml": ["#ml", "#oncall"]}},
    "tags": ["alerts"],
}

CONCURRENCY_LIMIT: Body = {
    **_TIMES,
    "id": LIMIT_ID,
    "active": True,
    "name": "database-slots",
    "limit": 5,
    "active_slots": 2,
    "slot_decay_per_second": 0.5,
}

TAG_LIMIT: Body = {**_TIMES, "id": TAG_LIMIT_ID, "tag": "kunde-süd", "concurrency_limit": 4, "active_slots": [FLOW_ID]}

BLOCK_TYPE: Body = {
    **_TIMES,
    "id": TYPE_ID,
    "name": "Warehouse Credentials",
    "slug": "warehouse-credentials",
    "logo_url": "https://example.com/logos/warehouse.svg",
    "documentation_url": None,
    "description": "Who may read and write the warehouse.",
    "code_example": 'WarehouseCredentials.load("analytics")',
    "is_protected": False,
}

BLOCK_SCHEMA: Body = {
    **_TIMES,
    "id": SCHEMA_ID,
    "checksum": CHECKSUM,
    "fields": {
        "title": "WarehouseCredentials",
        "type": "object",
        "properties": {"user": {"type": "string"}, "password": {"type": "string", "format": "password"}},
        "required": ["user", "password"],
        "secret_fields": ["password", "extra.*", "proxy.password"],
        "block_type_slug": "warehouse-credentials",
        "block_schema_references": {},
    },
    "block_type_id": TYPE_ID,
    "block_type": BLOCK_TYPE,
    "capabilities": ["write-path"],
    "version": "1.0",
}

BLOCK_DOCUMENT: Body = {
    **_TIMES,
    "id": DOCUMENT_ID,
    "name": "analytics",
    "data": {
        "user": "reporting",
        "password": "cörrect horse",
        "extra": {"pin": "0000"},
        "proxy": {"host": "proxy.example.com", "password": "battery"},
    },
    "block_schema_id": SCHEMA_ID,
    "block_schema": BLOCK_SCHEMA,
    "block_type_id": TYPE_ID,
    "block_type_name": "Warehouse Credentials",
    "block_type": BLOCK_TYPE,
    "block_document_references": {},
    "is_anonymous": False,
}

RESULT_STORAGE: Body = {"default_result_storage_block_id": DOCUMENT_ID}

WORK_POOL: Body = {
    **_TIMES,
    "id": POOL_ID,
    "name": "kubernetes",
    "description": "The cluster in Frankfurt",
    "type": "kubernetes",
    "base_job_template": {
        "job_configuration": {"image": "{{ image }}", "credentials": "{{ credentials }}"},
        "variables": {
            "type": "object",
            "properties": {
                "image": {"type": "string", "default": "flows:{{ prefect.variables.git_branch }}"},
                "credentials": {"default": {"$ref": {"block_document_id": DOCUMENT_ID}}},
            },
        },
    },
    "is_paused": False,
    "concurrency_limit": 25,
    "status": "NOT_READY",
    "default_queue_id": DEFAULT_QUEUE_ID,
    "storage_configuration": {
        "bundle_upload_step": None,
        "bundle_execution_step": None,
        "default_result_storage_block_id": DOCUMENT_ID,
    },
    "active_slots": 0,
}

WORK_QUEUE: Body = {
    **_TIMES,
    "id": QUEUE_ID,
    "name": "urgent",
    "description": "Goes first",
    "is_paused": False,
    "concurrency_limit": 10,
    "priority": 2,
    "work_pool_id": POOL_ID,
    "filter": None,
    "last_polled": None,
    "work_pool_name": "kubernetes",
    "status": "NOT_READY",
    "active_slots": 0,
}

DEFAULT_QUEUE: Body = {**WORK_QUEUE, "id": DEFAULT_QUEUE_ID, "name": "standard", "description": None, "priority": 1}

FLOW: Body = {**_TIMES, "id": FLOW_ID, "name": "etl", "tags": ["core"], "labels": {"team": "data", "share": 0.5}}

DEPLOYMENT: Body = {
    **_TIMES,
    "id": DEPLOYMENT_ID,
    "name": "nightly",
    "version": None,
    "description": None,
    "flow_id": FLOW_ID,
    "paused": False,
    "schedules": [
        {
            **_TIMES,
            "id": SCHEDULE_ID,
            "deployment_id": DEPLOYMENT_ID,
            "schedule": {"cron": "0 2 * * *", "timezone": "Europe/Berlin", "day_or": True},
            "active": True,
            "max_scheduled_runs": None,
            "parameters": {"full": True},
            "slug": "at-two",
        }
    ],
    "concurrency_limit": None,
    "global_concurrency_limit": CONCURRENCY_LIMIT,
    "concurrency_options": {"collision_strategy": "ENQUEUE", "grace_period_seconds": None},
    "job_variables": {"credentials": {"$ref": {"block_document_id": DOCUMENT_ID}}},
    "parameters": {"tenant": 8, "routing": "{{ prefect.variables.alert_routing }}"},
    "tags": ["tenant"],
    "labels": {"team": "data", "prefect.flow.id": FLOW_ID},
    "work_queue_name": "urgent",
    "work_queue_id": QUEUE_ID,
    "last_polled": None,
    "parameter_openapi_schema": {"type": "object", "properties": {"tenant": {"type": "integer"}}},
    "path": None,
    "pull_steps": [],
    "entrypoint": "flows/etl.py:run",
    "storage_document_id": DOCUMENT_ID,
    "infrastructure_document_id": None,
    "created_by": None,
    "updated_by": None,
    "work_pool_name": "kubernetes",
    "status": "NOT_READY",
    "enforce_parameter_schema": True,
}

SAVED_SEARCH: Body = {
    **_TIMES,
    "id": SEARCH_ID,
    "name": "ETL / nightly + hourly",
    "filters": [
        {"object": "flow", "property": "id", "type": "string", "operation": "equals", "value": [FLOW_ID, VARIABLE_ID]}
    ],
}

AUTOMATION: Body = {
    **_TIMES,
    "id": AUTOMATION_ID,
    "name": "Report after the nightly load",
    "description": "",
    "enabled": True,
    "tags": ["core"],
    "trigger": {
        "type": "event",
        "id": TRIGGER_ID,
        "match": {"prefect.resource.id": "prefect.flow-run.*"},
        "match_related": {"prefect.resource.role": "flow", "prefect.resource.id": f"prefect.flow.{FLOW_ID}"},
        "after": [],
        "expect": ["prefect.flow-run.Completed"],
        "for_each": [],
        "posture": "Reactive",
        "threshold": 1,
        "within": 0.0,
    },
    "actions": [
        {
            "type": "run-deployment",
            "source": "selected",
            "deployment_id": DEPLOYMENT_ID,
            "parameters": {"upstream": "{{ event.resource.id }}"},
            "job_variables": None,
            "schedule_after": 0.0,
        }
    ],
    "actions_on_trigger": [],
    "actions_on_resolve": [
        {"type": "send-notification", "block_document_id": DOCUMENT_ID, "subject": "Well again", "body": f"/{FLOW_ID}"}
    ],
}

ROWS: dict[str, Body] = {
    "variable": VARIABLE,
    "concurrency-limit": CONCURRENCY_LIMIT,
    "tag-limit": TAG_LIMIT,
    "block-type": BLOCK_TYPE,
    "block-schema": BLOCK_SCHEMA,
    "block-document": BLOCK_DOCUMENT,
    "result-storage": RESULT_STORAGE,
    "work-pool": WORK_POOL,
    "work-queue": WORK_QUEUE,
    "flow": FLOW,
    "deployment": DEPLOYMENT,
    "saved-search": SAVED_SEARCH,
    "automation": AUTOMATION,
}
"""A row of every kind, by the kind's name."""

KEYS: dict[str, Key] = {
    VARIABLE_ID: Key("variable/alert_routing"),
    LIMIT_ID: Key("concurrency-limit/database-slots"),
    TAG_LIMIT_ID: Key("tag-limit/kunde-süd"),
    TYPE_ID: Key("block-type/warehouse-credentials"),
    SCHEMA_ID: Key(f"block-schema/warehouse-credentials/{CHECKSUM}"),
    DOCUMENT_ID: Key("block-document/warehouse-credentials/analytics"),
    POOL_ID: Key("work-pool/kubernetes"),
    DEFAULT_QUEUE_ID: Key("work-queue/kubernetes/standard"),
    QUEUE_ID: Key("work-queue/kubernetes/urgent"),
    FLOW_ID: Key("flow/etl"),
    DEPLOYMENT_ID: Key("deployment/etl/nightly"),
    SEARCH_ID: Key("saved-search/ETL %2F nightly + hourly"),
    AUTOMATION_ID: Key("automation/Report after the nightly load"),
}
"""What the rows' ids are called."""

SURROUNDINGS = Surroundings(default_queues=frozenset({("kubernetes", "standard")}))
READER = Reader(KEYS.get, SURROUNDINGS)
