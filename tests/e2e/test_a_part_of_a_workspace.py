"""Selection on real servers: a part goes with what it needs, and what needs an excluded thing stops."""

from pathlib import Path

import pytest

from migrator.demo.servers import PrefectServer
from migrator.exit_codes import ExitCode
from tests.e2e.conftest import Home, Servers, asking

pytestmark = pytest.mark.e2e

PAIR = ("--from", "source", "--to", "empty")
DEPLOYMENT = "deployment/reporting/on a bare pool"
CHOSEN = ("--include", DEPLOYMENT)
WITHOUT_ITS_POOL = (*CHOSEN, "--exclude", "work-pool/bare", "--exclude", "work-queue/bare/*")


@pytest.fixture
def home(tmp_path: Path, servers: Servers, empty: PrefectServer) -> Home:
    """A home with the filled source and a destination of this test's own, which counts all that is there."""
    profiles = {
        "source": {"PREFECT_API_URL": servers.source.api_url},
        "empty": {"PREFECT_API_URL": empty.api_url},
    }
    return Home.made(tmp_path / "home", profiles)


def test_what_needs_an_excluded_thing_stops_until_it_is_there(home: Home, empty: PrefectServer) -> None:
    """An error in the plan, by name, and in the run nothing of it is tried; satisfied once the destination has it."""
    ask = asking(empty)
    planned = home.migrator("plan", *PAIR, *WITHOUT_ITS_POOL)
    told = " ".join(planned.out.split())
    assert "Would fail: Excluded: it needs work-pool/bare, which is excluded, and not there" in told
    assert DEPLOYMENT in told

    stopped = home.migrator("run", *PAIR, *WITHOUT_ITS_POOL, "--yes", "--json")
    assert stopped.code == ExitCode.INCOMPLETE
    outcomes = {resource["key"]: resource["outcome"] for resource in stopped.form["resources"]}
    assert outcomes == {"flow/reporting": "created", DEPLOYMENT: "failed"}
    [failed] = [resource for resource in stopped.form["resources"] if resource["outcome"] == "failed"]
    assert (failed["error"]["type"], failed["attempts"]) == ("Excluded", 0)
    assert ask("POST", "/deployments/count", {}) == ask("POST", "/work_pools/count", {}) == 0

    ask("POST", "/work_pools/", {"name": "bare", "type": "process"})
    satisfied = home.migrator("run", *PAIR, *WITHOUT_ITS_POOL, "--yes", "--json")
    assert satisfied.code == ExitCode.LANDED
    assert ask("GET", "/deployments/name/reporting/on%20a%20bare%20pool")["work_pool_name"] == "bare"


def test_a_chosen_deployment_brings_along_what_it_needs(home: Home, empty: PrefectServer) -> None:
    """Marked so, and nothing else comes."""
    ask = asking(empty)
    key = "deployment/etl/blocks in job variables"
    ended = home.migrator("run", *PAIR, "--include", key, "--yes", "--json")
    assert ended.code == ExitCode.LANDED
    by_key = {resource["key"]: resource for resource in ended.form["resources"]}
    assert not by_key[key]["required_by"]
    assert all(resource["required_by"] for other, resource in by_key.items() if other != key)
    assert {"flow/etl", "work-pool/kubernetes", "block-document/aws-credentials/data-lake"} <= by_key.keys()
    assert [row["name"] for row in ask("POST", "/deployments/filter", {"flows": {"name": {"any_": ["etl"]}}})] == [
        "blocks in job variables"
    ]
    assert ask("POST", "/variables/count", {}) == ask("POST", "/automations/count", {}) == 0
