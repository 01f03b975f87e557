"""The destination hears when a migration begins and ends, once each; and no run minds if it does not."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migrator.demo.servers import PrefectServer
from migrator.embedded.valkey import valkey
from migrator.exit_codes import ExitCode
from tests.e2e.conftest import PATIENCE, Home, Servers, asking, wait_until
from tests.e2e.prefect import Prefect
from tests.e2e.serving import Loss, proxied
from tests.e2e.test_interruptions import close_pipes

pytestmark = pytest.mark.e2e

RUN = ("run", "--from", "source", "--to", "empty", "--yes", "--json", "--include")
BOTH = ["prefect.workspace.transfer.started", "prefect.workspace.transfer.completed"]


def heard(server: PrefectServer, run: str) -> list[Any]:
    """What a server has heard of a run, in order; it writes down what it was told every five seconds."""
    about = {"resource": {"id": [f"prefect.workspace.transfer.{run}"]}, "order": "ASC"}
    events: list[Any] = asking(server)("POST", "/events/filter", {"filter": about})["events"]
    return events


def names(server: PrefectServer, run: str) -> list[str]:
    """The names of what it has heard."""
    return [event["event"] for event in heard(server, run)]


def succeeded(totals: dict[str, int]) -> dict[str, int]:
    """How a run went in which all has arrived."""
    discovered = totals["discovered"]
    return {"total_resources": discovered, "succeeded": discovered, "failed": 0, "skipped": 0}


@pytest.fixture(scope="module")
def listening(prefect: Prefect) -> Iterator[PrefectServer]:
    """An empty server that writes down what it hears, which others of ours do not."""
    with prefect.server(PREFECT__SERVER_WEBSERVER_ONLY="") as server:
        yield server


@pytest.fixture
def hole() -> Iterator[threading.Event]:
    """What is sent there is answered when the test is over."""
    over = threading.Event()
    yield over
    over.set()


def test_a_destination_that_does_not_take_events_holds_up_nothing(
    tmp_path: Path, servers: Servers, listening: PrefectServer, hole: threading.Event
) -> None:
    """The endpoint hangs, for longer than anybody would wait; everything else goes its way."""
    sent = list[str]()

    def fate(_method: str, path: str, _body: bytes) -> Loss | None:
        if path != "/events":
            return None
        sent.append(path)
        hole.wait(PATIENCE)
        return Loss.REQUEST

    with proxied(listening.api_url, fate=fate) as url:
        urls = {"source": {"PREFECT_API_URL": servers.source.api_url}, "empty": {"PREFECT_API_URL": url}}
        home = Home.made(tmp_path / "home", urls)
        began = time.monotonic()
        ran = home.migrator(*RUN, "variable/*")
        took = time.monotonic() - began
        assert ran.code == ExitCode.LANDED, ran.err
        assert took < PATIENCE
        assert sent == ["/events"] * 2
        hole.set()


def test_a_worker_announces_the_end_of_a_run_whose_command_died(
    tmp_path: Path, servers: Servers, listening: PrefectServer
) -> None:
    """Once, however many workers there are, and whoever looks at the run later."""
    urls = {"source": {"PREFECT_API_URL": servers.source.api_url}, "empty": {"PREFECT_API_URL": listening.api_url}}
    (tmp_path / "key").write_text("cd" * 32)
    with valkey(tmp_path / "redis") as redis:
        shared = {"MIGRATOR_REDIS_URL": redis, "MIGRATOR_SEALING_KEY_FILE": str(tmp_path / "key")}
        home = Home.made(tmp_path / "elsewhere", urls).with_settings(**shared)
        process = home.start(*RUN, "flow/*", "--workers", "0")
        wait_until(lambda: home.migrator("runs", "--json").form["runs"] != [])
        run = home.migrator("runs", "--json").form["runs"][0]["run"]
        wait_until(lambda: names(listening, run) == BOTH[:1])
        process.kill()
        process.wait()
        close_pipes(process)
        workers = home.start("workers", "--processes", "2")
        try:
            wait_until(lambda: names(listening, run) == BOTH)
            watched = home.migrator("watch", run, "--json")
            assert watched.code == ExitCode.LANDED
            assert names(listening, run) == BOTH
            assert heard(listening, run)[1]["payload"].items() >= succeeded(watched.form["totals"]).items()
        finally:
            workers.terminate()
            assert workers.wait(PATIENCE) == 0
            close_pipes(workers)
