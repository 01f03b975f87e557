"""Work pools and their queues, the default queues among them."""

from typing import Any
from urllib.parse import quote

from migrator.demo.workspace.blocks import reference
from migrator.demo.workspace.ids import Ids
from migrator.demo.workspace.names import AWKWARD, DOTS
from migrator.demo.workspace.sending import Request, create_each

#: What a process worker runs: every variable is used.
PROCESS_TEMPLATE: dict[str, Any] = {
    "job_configuration": {"command": "{{ command }}", "env": "{{ env }}", "working_dir": "{{ working_dir }}"},
    "variables": {
        "type": "object",
        "properties": {
            "command": {"type": "string", "title": "Command"},
            "env": {"type": "object", "title": "Environment", "additionalProperties": {"type": "string"}},
            "working_dir": {"type": "string", "title": "Working directory", "default": "/srv/flows"},
        },
    },
}

#: Where the code of ad-hoc runs is put and fetched from. The steps name their block by name.
BUNDLE_SETTINGS = {"requires": "prefect-aws", "bucket": "acme-bundles", "aws_credentials_block_name": "data-lake"}

#: The queues of each pool as they are in the end, by pool. The first is the default queue, whatever it is called.
QUEUES: dict[str, list[dict[str, Any]]] = {
    "kubernetes": [
        {"name": "standard", "description": "Renamed from default", "priority": 2},
        {"name": "urgent", "description": "Goes first", "priority": 1, "concurrency_limit": 10},
        {"name": "bulk", "priority": 3, "concurrency_limit": 2, "is_paused": True},
        {"name": "short-lived", "description": "Deleted when its deployment is there", "priority": 5},
        {"name": "über nacht", "description": None, "priority": 4},
    ],
    "etl-workers": [
        {"name": "default", "description": "Waits for the new cluster", "is_paused": True, "concurrency_limit": 5},
        {"name": "high", "priority": 2},
        {"name": "low", "priority": 3, "concurrency_limit": 0},
    ],
    "Bürorechner 2": [{"name": "default", "priority": 3}, {"name": "lunch break", "priority": 20}],
    "maintenance": [{"name": "default"}],
    "bare": [{"name": "default"}],
    AWKWARD: [{"name": DOTS}, {"name": AWKWARD, "priority": 2}],
}


async def add_pools(send: Request, ids: Ids) -> dict[str, str]:
    """Creates the work pools; answers with their ids by name."""
    return await create_each(send, "/work_pools/", _pools(ids))


async def add_queues(send: Request) -> dict[str, str]:
    """Adjusts the default queues, creates the others; answers with the ids of all, by `pool/queue`."""
    for pool, queues in QUEUES.items():
        await _add_queues_of(send, pool, queues)
    # A queue of no pool, as agents of Prefect 2 had: the server puts it into `default-agent-pool`, which it makes.
    await send("POST", "/work_queues/", {"name": "agent queue", "description": "Left over from Prefect 2"})
    rows = await send("POST", "/work_queues/filter", {})
    return {f"{row['work_pool_name']}/{row['name']}": row["id"] for row in rows}


def _pools(ids: Ids) -> list[dict[str, Any]]:
    results = ids.blocks["local-file-system/pool-results"]
    return [
        {
            "name": "kubernetes",
            "type": "kubernetes",
            "description": "The cluster in Frankfurt",
            "concurrency_limit": 25,
            "base_job_template": _kubernetes_template(ids),
        },
        {
            "name": "etl-workers",
            "type": "process",
            "base_job_template": PROCESS_TEMPLATE,
            "storage_configuration": {
                "default_result_storage_block_id": results,
                "bundle_upload_step": {"prefect_aws.experimental.bundles.upload": BUNDLE_SETTINGS},
                "bundle_execution_step": {"prefect_aws.experimental.bundles.execute": BUNDLE_SETTINGS},
            },
        },
        {"name": "Bürorechner 2", "type": "process", "description": "", "base_job_template": PROCESS_TEMPLATE},
        {
            "name": "maintenance",
            "type": "process",
            "description": "Paused until the audit is over",
            "is_paused": True,
            "concurrency_limit": 0,
            "base_job_template": PROCESS_TEMPLATE,
        },
        {"name": "bare", "type": "process"},
        {"name": AWKWARD, "type": "process"},
        {"name": f"results in {results}", "type": "process"},
    ]


def _kubernetes_template(ids: Ids) -> dict[str, Any]:
    return {
        "job_configuration": {
            "image": "{{ image }}",
            "env": "{{ env }}",
            "credentials": "{{ credentials }}",
            "job_manifest": {"spec": {"parallelism": 1, "template": {"spec": {"cpu": "{{ cpu }}"}}}},
        },
        "variables": {
            "type": "object",
            "properties": {
                "image": {"type": "string", "default": "registry.example.com/flows:{{ prefect.variables.git_branch }}"},
                "env": {"type": "object", "additionalProperties": {"type": "string"}},
                "cpu": {"type": "number", "default": 0.5},
                # What `prefect work-pool create --provision-infra` writes for the credentials of a cluster.
                "credentials": {"title": "Credentials", "default": reference(ids.blocks["aws-credentials/data-lake"])},
            },
        },
    }


async def _add_queues_of(send: Request, pool: str, queues: list[dict[str, Any]]) -> None:
    default, *others = queues
    path = f"/work_pools/{quote(pool)}/queues"
    # In their order: a queue that takes the priority of another moves that one and those behind it.
    for queue in others:
        await send("POST", path, queue)
    if default != {"name": "default"}:
        await send("PATCH", f"{path}/default", default)
