"""Fills a server of any version with what it can hold of the demo's workspace, and with what only Prefect 2 knows."""

import asyncio
import uuid
from typing import Any

import stamina

from migrator.demo.workspace import fill
from migrator.kinds.kind import Request
from migrator.kinds.projection import Acceptance
from migrator.model.canonical import Body, Canonical
from migrator.prefect_api.contact import read_document
from migrator.prefect_api.errors import Busy, Missing, Rejected
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace

#: A nightly schedule as Prefect 2 knew it: one of a deployment, without a name.
NIGHTLY: Body = {"cron": "0 3 * * *", "timezone": "Europe/Berlin", "day_or": True}


def fill_source(url: str) -> None:
    """Fill an empty server."""
    asyncio.run(_fill(url))


async def _fill(url: str) -> None:
    async with Workspace(Profile("source", url), Pressure(1)) as workspace:
        filler = _Filler(workspace, Acceptance(await read_document(workspace)))
        await fill(filler.send, variables=20, deployments=0)
        if str(await workspace.get("/admin/version")).startswith("2."):
            await _add_what_only_prefect_2_knows(filler)


class _Filler:
    """Sends what a server can hold of a request, and answers for what it cannot hold at all as if it had."""

    def __init__(self, workspace: Workspace, acceptance: Acceptance) -> None:
        self._workspace = workspace
        self._acceptance = acceptance

    async def send(self, method: str, path: str, body: Any) -> Any:
        left_out = self._acceptance.fit_of_request(Request(method, path, body)).left_out
        # A list of bodies is no body, but what a pointer leads to in it is found all the same.
        fitting = Canonical({"": body}).without(["/" + pointer for pointer in left_out]).body[""]
        try:
            return await self._answer(Request(method, path, fitting))
        except (Missing, Rejected):
            return {"id": str(uuid.uuid4()), "name": isinstance(body, dict) and body.get("name")}

    @stamina.retry(on=Busy, timeout=60.0)
    async def _answer(self, request: Request) -> Any:
        return (await self._workspace.send(request))[1]


async def _add_what_only_prefect_2_knows(filler: _Filler) -> None:
    """Deployments with one schedule, overrides, a manifest, and infrastructure that an agent runs."""
    flow = await filler.send("POST", "/flows/", {"name": "from prefect 2"})
    process = await _document(filler, "process", {"command": ["python", "-m", "flow"], "env": {"STAGE": "live"}})
    storage = await _document(filler, "local-file-system", {"basepath": "/srv/prefect-2"})
    deployments: list[Body] = [
        {"name": "one schedule", "schedule": NIGHTLY, "is_schedule_active": True, "work_pool_name": "etl-workers"},
        {"name": "one that sleeps", "schedule": NIGHTLY, "is_schedule_active": False},
        {
            "name": "overrides",
            "infra_overrides": {"env": {"STAGE": "live"}},
            "work_pool_name": "etl-workers",
            "work_queue_name": "high",
        },
        {
            "name": "for an agent",
            "manifest_path": "flow-manifest.json",
            "infrastructure_document_id": process["id"],
            "storage_document_id": storage["id"],
            "work_queue_name": "agent queue",
        },
    ]
    for deployment in deployments:
        await filler.send("POST", "/deployments/", {**deployment, "flow_id": flow["id"]})


async def _document(filler: _Filler, slug: str, data: Body) -> Body:
    """A block document of a built-in type, of which Prefect 3 does not know all."""
    block_type = await filler.send("GET", f"/block_types/slug/{slug}", None)
    of_type = {"block_schemas": {"block_type_id": {"any_": [block_type["id"]]}}, "limit": 1}
    newest, *_ = await filler.send("POST", "/block_schemas/filter", of_type)
    document: Body = await filler.send(
        "POST",
        "/block_documents/",
        {
            "name": f"{slug}-of-prefect-2",
            "block_type_id": block_type["id"],
            "block_schema_id": newest["id"],
            "data": data,
        },
    )
    return document
