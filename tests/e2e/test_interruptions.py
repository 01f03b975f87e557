"""What happens to a run when something stops half way; and a run whose workers are somewhere else."""

import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from migrator.demo.servers import PrefectServer
from migrator.embedded.valkey import valkey
from migrator.exit_codes import ExitCode
from migrator.kinds.kind import Request
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace
from tests.e2e.conftest import PATIENCE, Home, Servers, wait_until
from tests.e2e.serving import proxied
from tests.ports import free_ports
from tests.scraping import scraped

pytestmark = pytest.mark.e2e

PAIR = ("--from", "source", "--to", "empty")
RUN = ("run", *PAIR, "--yes", "--json")
VERIFY = ("verify", "--run", "last", "--json")
#: Variables that have arrived when a run is half way, more or less.
HALF_WAY = 20
#: Seconds for which a server is down: enough for a request to be given up and a few to find out.
OUTAGE = 15.0


@pytest.fixture
def home(tmp_path: Path, servers: Servers, empty: PrefectServer) -> Home:
    """A home with the filled source, and an empty destination that is given little time to answer."""
    return Home.made(
        tmp_path / "home",
        {
            "source": {"PREFECT_API_URL": servers.source.api_url},
            "empty": {"PREFECT_API_URL": empty.api_url, "PREFECT_API_REQUEST_TIMEOUT": "6"},
        },
    )


def test_a_second_run_finishes_what_ctrl_c_interrupted(tmp_path: Path, servers: Servers, empty: PrefectServer) -> None:
    """No process is left, the exit code says so, and nothing is lost or there twice.

    The interruption comes when automations that refer to each other are created, but not completed.
    """
    interrupted = threading.Event()

    def complete_nothing_before(method: str, path: str, _body: bytes) -> None:
        if method == "PUT" and path.startswith("/automations/"):
            interrupted.wait(PATIENCE)

    with proxied(empty.api_url, fate=complete_nothing_before) as url:
        urls = {"source": {"PREFECT_API_URL": servers.source.api_url}, "empty": {"PREFECT_API_URL": url}}
        home = Home.made(tmp_path / "home", urls)
        process = home.start(*RUN)
        wait_until(lambda: count(empty, "variables") >= HALF_WAY)
        assert home.migrator(*RUN).code == ExitCode.RESUMABLE, "two runs of the same workspaces at once"
        wait_until(lambda: count(empty, "automations") >= 3)
        process.send_signal(signal.SIGINT)
        interrupted.set()
        assert process.wait(PATIENCE) == ExitCode.INTERRUPTED
        close_pipes(process)
        wait_until(lambda: not home.processes())
        assert home.migrator("report", "last", "--format", "json").form["state"] == "paused"
        finished = home.migrator(*RUN)
        assert finished.code == ExitCode.LANDED, finished.err
        assert finished.form["totals"]["exists"] > HALF_WAY
        verified = home.migrator(*VERIFY)
        assert verified.code == ExitCode.LANDED, verified.out
        assert verified.form["extra"] == []


def test_a_killed_coordinator_leaves_no_process_and_a_second_run_finishes(home: Home, empty: PrefectServer) -> None:
    """Embedded workers drain when their coordinator dies, and the last one stops the Valkey."""
    process = home.start(*RUN)
    wait_until(lambda: count(empty, "variables") >= HALF_WAY)
    process.kill()
    process.wait()
    close_pipes(process)
    wait_until(lambda: not home.processes())
    finished = home.migrator(*RUN)
    assert finished.code == ExitCode.LANDED, finished.err
    verified = home.migrator(*VERIFY)
    assert verified.code == ExitCode.LANDED
    assert verified.form["extra"] == []


def test_a_server_that_is_down_for_a_while_costs_nothing(home: Home, empty: PrefectServer) -> None:
    """Invariant 13: nodes wait until it is back; none fails, and the run lands by itself."""
    process = home.start(*RUN)
    wait_until(lambda: count(empty, "variables") >= HALF_WAY)
    with stopped(empty):
        time.sleep(OUTAGE)
    out, err = process.communicate(timeout=2 * PATIENCE)
    assert process.returncode == ExitCode.LANDED, out + err
    assert home.migrator(*VERIFY).code == ExitCode.LANDED


def test_a_server_that_stays_down_pauses_the_run(home: Home, empty: PrefectServer) -> None:
    """Invariant 1: nothing fails and nothing is skipped for it; the command says why, and `resume` finishes it."""
    hasty = home.with_settings(MIGRATOR_PATIENCE_SECONDS="4")
    process = hasty.start(*RUN)
    wait_until(lambda: count(empty, "variables") >= HALF_WAY)
    with stopped(empty):
        _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == ExitCode.RESUMABLE, said
        assert "in nothing but trouble" in said
        totals = hasty.migrator("report", "last", "--format", "json").form["totals"]
    assert totals["failed"] == totals["skipped"] == 0
    assert totals["pending"] > 0
    assert totals["discovered"] == sum(count for outcome, count in totals.items() if outcome != "discovered")
    finished = home.migrator("resume", "last", "--json")
    assert finished.code == ExitCode.LANDED, finished.err
    assert home.migrator(*VERIFY).code == ExitCode.LANDED


def test_workers_of_another_home_migrate_over_a_shared_redis(home: Home, empty: PrefectServer, tmp_path: Path) -> None:
    """Workers find the destination's credentials in their own profiles, and the sealing key in a file."""
    elsewhere = Home.made(tmp_path / "elsewhere", {"empty": {"PREFECT_API_URL": empty.api_url}})
    (tmp_path / "key").write_text("cd" * 32)
    with valkey(tmp_path / "redis") as url:
        shared = {"MIGRATOR_REDIS_URL": url, "MIGRATOR_SEALING_KEY_FILE": str(tmp_path / "key")}
        port = free_ports(2)
        watched = elsewhere.with_settings(**shared, MIGRATOR_METRICS_PORT=str(port))
        workers = watched.start("workers", "--processes", "2")
        try:
            ran = home.with_settings(**shared).migrator(*RUN, "--workers", "0")
            counted = scraped(port) + scraped(port + 1)
            verified = home.with_settings(**shared).migrator(*VERIFY)
        finally:
            workers.terminate()
            assert workers.wait(PATIENCE) == 0
            close_pipes(workers)
        assert ran.code == ExitCode.LANDED, ran.err
        assert verified.code == ExitCode.LANDED
        assert counted["migrator_nodes_settled_total", "variable", "created"] == count(empty, "variables")
        assert counted["migrator_requests_total", "POST", "empty", "201"] >= count(empty, "variables")
        wait_until(lambda: not elsewhere.processes())


def test_workers_with_another_sealing_key_leave_the_run_alone(home: Home, empty: PrefectServer, tmp_path: Path) -> None:
    """Invariant 10: who has not the key reads nothing and writes nothing, and says so in its log."""
    elsewhere = Home.made(tmp_path / "elsewhere", {"empty": {"PREFECT_API_URL": empty.api_url}})
    (tmp_path / "key").write_text("cd" * 32)
    (tmp_path / "other").write_text("ef" * 32)
    with valkey(tmp_path / "redis") as url:
        other = {"MIGRATOR_REDIS_URL": url, "MIGRATOR_SEALING_KEY_FILE": str(tmp_path / "other")}
        workers = elsewhere.with_settings(**other).start("workers", "--processes", "1")
        ours = {"MIGRATOR_REDIS_URL": url, "MIGRATOR_SEALING_KEY_FILE": str(tmp_path / "key")}
        process = home.with_settings(**ours).start(*RUN, "--workers", "0")
        try:
            refusal = json.loads(next(line for line in workers.stderr or () if "leaves a run alone" in line))
            assert "sealed with another key" in refusal["why"]
            assert count(empty, "variables") == 0
        finally:
            for command in (process, workers):
                command.send_signal(signal.SIGINT)
                command.wait(PATIENCE)
                close_pipes(command)


def test_what_is_chosen_arrives_with_what_it_needs_and_nothing_else(home: Home, empty: PrefectServer) -> None:
    """The approved plan is run; what came along is marked so; what was not asked for is not missing."""
    selecting = ("--include", "deployment/etl/nightly", "--include", "variable/git_*", "--live")
    approved = home.migrator("plan", *PAIR, *selecting, "--json").form["plan"]
    ran = home.migrator(*RUN, *selecting, "--expect-plan", approved)
    assert ran.code == ExitCode.LANDED, ran.err
    arrived = {resource["key"]: resource for resource in ran.form["resources"]}
    assert arrived["flow/etl"]["required_by"] == ["deployment/etl/nightly"]
    assert arrived["deployment/etl/nightly"]["required_by"] == []
    assert count(empty, "deployments") == count(empty, "flows") == 1
    assert count(empty, "variables") == len([key for key in arrived if key.startswith("variable/")])
    assert home.migrator(*VERIFY).code == ExitCode.LANDED


def test_at_a_terminal_no_means_no(home: Home, empty: PrefectServer) -> None:
    """Exit code 5; the plan and the question came before, and nothing came after."""
    code, shown = home.at_a_terminal("run", *PAIR, answer=lambda: "n")
    assert code == ExitCode.REFUSED
    assert "deployment" in shown
    assert "resources in 'empty'?" in shown
    assert "nothing was written" in shown
    assert count(empty, "variables") == 0


def test_what_appears_between_plan_and_run_is_left_as_it_is(home: Home, empty: PrefectServer) -> None:
    """Invariant 6: creating a deployment that exists would overwrite it, so existence is looked up once more."""
    mine = {"name": "no pool at all", "description": "mine", "tags": ["keep"], "concurrency_limit": 7}

    def make_it_and_agree() -> str:
        flow = ask(empty, Request("POST", "/flows/", {"name": "etl", "tags": ["mine"]}))
        ask(empty, Request("POST", "/deployments/", {**mine, "flow_id": flow["id"]}))
        ask(empty, Request("POST", "/variables/", {"name": "environment", "value": "mine"}))
        return "y"

    code, shown = home.at_a_terminal("run", *PAIR, answer=make_it_and_agree)
    assert code == ExitCode.LANDED, shown
    form = home.migrator("report", "last", "--format", "json").form
    existed = {resource["key"] for resource in form["resources"] if resource["outcome"] == "exists"}
    assert {"flow/etl", "deployment/etl/no pool at all", "variable/environment"} <= existed
    assert ask(empty, Request("GET", "/variables/name/environment"))["value"] == "mine"
    found = ask(empty, Request("POST", "/deployments/filter", {"deployments": {"name": {"any_": [mine["name"]]}}}))
    assert [(d["description"], d["tags"], d["global_concurrency_limit"]["limit"]) for d in found] == [
        ("mine", ["keep"], 7)
    ]


@contextmanager
def stopped(server: PrefectServer) -> Iterator[None]:
    """A server that accepts connections and answers nothing."""
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.process.pid, signal.SIGCONT)


def ask(server: PrefectServer, request: Request) -> Any:
    """What a server answers."""

    async def send() -> Any:
        async with Workspace(Profile("empty", server.api_url), Pressure(1)) as workspace:
            return (await workspace.send(request))[1]

    return asyncio.run(send())


def count(server: PrefectServer, lists: str) -> int:
    """How many of something a server has."""
    return int(ask(server, Request("POST", f"/{lists}/count", {})))


def close_pipes(process: Any) -> None:
    """A process that was not communicated with leaves its pipes."""
    process.stdout.close()
    process.stderr.close()
