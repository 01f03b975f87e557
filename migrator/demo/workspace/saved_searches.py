"""Saved searches of flow runs, some of which name what they look for by id."""

from typing import Any

from migrator.demo.workspace.ids import Ids
from migrator.demo.workspace.names import ANYTHING
from migrator.demo.workspace.sending import Request


async def add_saved_searches(send: Request, ids: Ids) -> None:
    """Creates the saved searches."""
    for search in _saved_searches(ids):
        await send("PUT", "/saved_searches/", search)


def _saved_searches(ids: Ids) -> list[dict[str, Any]]:
    nightly, hourly = ids.deployments["etl/nightly"], ids.deployments["etl/hourly"]
    return [
        {"name": "Failed last night", "filters": [_equals("state", "state_type", ["FAILED", "CRASHED"])]},
        {
            "name": "ETL / nightly + hourly",
            "filters": [
                _equals("deployment", "id", [nightly, hourly]),
                _equals("flow", "id", ids.flows["etl"]),
                _equals("work_pool", "id", ids.pools["kubernetes"]),
                _equals("work_queue", "id", ids.queues["kubernetes/standard"]),
            ],
        },
        {"name": "Läuft gerade", "filters": [_equals("tag", "name", "kunde-süd")]},
        {"name": "everything", "filters": []},
        {"name": f"Runs of {nightly}", "filters": [_equals("deployment", "id", nightly)]},
        {"name": ANYTHING, "filters": [_equals("deployment", "name", ANYTHING)]},
    ]


def _equals(resource: str, name: str, value: Any) -> dict[str, Any]:
    return {"object": resource, "property": name, "type": "string", "operation": "equals", "value": value}
