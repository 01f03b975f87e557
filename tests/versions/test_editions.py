"""What only Prefect Cloud has, or what its plans forbid, gets an outcome that says why; so does what depends on it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migrator.demo.servers import PrefectServer
from migrator.kinds.kind import Request
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace
from tests.e2e.conftest import Home
from tests.versions.conftest import CURRENT, a_server
from tests.versions.stand_in import refusing

PAIR = ("--from", "source", "--to", "destination")
PLAN = "Your current plan does not include more work pools."
#: Options of which servers of 3.4 know only one.
PATIENT = {"collision_strategy": "ENQUEUE", "grace_period_seconds": 600}
POOLS = {"pushed": "ecs:push", "managed": "prefect:managed", "own": "process"}


@pytest.fixture(scope="module")
def source() -> Iterator[PrefectServer]:
    """A workspace with a deployment on each type of pool."""
    with a_server(CURRENT) as server:
        asyncio.run(_fill(server.api_url))
        yield server


@pytest.fixture(scope="module")
def destination() -> Iterator[PrefectServer]:
    """An empty server; both tests leave it as good as empty for the other one."""
    with a_server(CURRENT) as server:
        yield server


async def _fill(url: str) -> None:
    async with Workspace(Profile("source", url), Pressure(1)) as workspace:
        _, flow = await workspace.send(Request("POST", "/flows/", {"name": "etl"}))
        for name, pool_type in POOLS.items():
            await workspace.send(Request("POST", "/work_pools/", {"name": name, "type": pool_type}))
            body = {"name": name, "flow_id": flow["id"], "work_pool_name": name}
            await workspace.send(Request("POST", "/deployments/", body))
        body = {"name": "patient", "flow_id": flow["id"], "concurrency_limit": 1, "concurrency_options": PATIENT}
        await workspace.send(Request("POST", "/deployments/", body))


def home_with(path: Path, source: str, destination: str) -> Home:
    """A home whose profiles have these URLs."""
    return Home.made(path, {"source": {"PREFECT_API_URL": source}, "destination": {"PREFECT_API_URL": destination}})


def outcomes(form: Any) -> dict[str, str]:
    """How it ended for each resource."""
    return {resource["key"]: resource["outcome"] for resource in form["resources"]}


def reasons(form: Any) -> dict[str, str]:
    """What is said of each resource that did not arrive."""
    return {resource["key"]: resource["error"]["message"] for resource in form["resources"] if resource["error"]}


def test_a_limit_of_a_plan_is_told_in_the_servers_words(
    source: PrefectServer, destination: PrefectServer, tmp_path: Path
) -> None:
    """403: the pool fails, what needs it is skipped because of it, and everything else arrives."""
    with refusing(destination, "POST", "/work_pools/", 403, PLAN) as url:
        home = home_with(tmp_path, source.api_url, url)
        ended = home.migrator("run", *PAIR, "--include", "deployment/etl/own", "--yes", "--json")

    assert ended.code == 1
    assert outcomes(ended.form) == {
        "flow/etl": "created",
        "work-pool/own": "failed",
        "work-queue/own/default": "skipped",
        "deployment/etl/own": "skipped",
    }
    assert reasons(ended.form)["work-pool/own"] == f"403 {PLAN}"
    assert "work-pool/own" in next(
        resource["blocked_by"] for resource in ended.form["resources"] if resource["key"] == "deployment/etl/own"
    )


def test_pools_that_prefect_cloud_runs_are_skipped_with_what_needs_them(
    source: PrefectServer, destination: PrefectServer, tmp_path: Path
) -> None:
    """A self-hosted server would take them, and nobody would start their runs."""
    form = home_with(tmp_path, source.api_url, destination.api_url).migrator("plan", *PAIR, "--json").form
    why = reasons(form)

    for name in ("pushed", "managed"):
        assert "only Prefect Cloud" in why[f"work-pool/{name}"]
        assert f"work-pool/{name}" in why[f"work-queue/{name}/default"]
        assert f"work-pool/{name}" in why[f"deployment/etl/{name}"]
    assert not [key for key in why if "own" in key]


@pytest.mark.parametrize("document", [True, False], ids=["that serves a document", "that serves none"])
def test_what_a_server_loses_is_told_before_if_it_says_what_it_knows(
    source: PrefectServer, tmp_path: Path, *, document: bool
) -> None:
    """Else verify finds it: servers of 3.4 ignore the field without a word."""
    lost = [{"key": "deployment/etl/patient", "fields": ["/concurrency_options/grace_period_seconds"]}]
    hidden = "/nothing" if document else "/openapi.json"
    with a_server("3.4.14") as older, refusing(older, "GET", hidden, 404, "Not Found") as url:
        home = home_with(tmp_path, source.api_url, url)
        ended = home.migrator("run", *PAIR, "--include", "deployment/etl/patient", "--yes", "--json")
        verified = home.migrator("verify", "--run", "last", "--json")

    assert outcomes(ended.form)["deployment/etl/patient"] == "created"
    assert (verified.form["left_out"], verified.form["different"]) == ((lost, []) if document else ([], lost))
    assert verified.code == (0 if document else 1)
