"""A run is steered from elsewhere: paused, resumed, cancelled, watched, retried, looked into, purged."""

import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from migrator.demo.servers import PrefectServer
from migrator.embedded.valkey import valkey
from migrator.exit_codes import ExitCode
from tests.e2e.conftest import PATIENCE, Home, Servers, wait_until
from tests.e2e.serving import proxied
from tests.e2e.test_interruptions import HALF_WAY, close_pipes, count

pytestmark = pytest.mark.e2e

PAIR = ("--from", "source", "--to", "empty")
EVERYTHING = ("run", *PAIR, "--yes", "--json")
RUN = (*EVERYTHING, "--include", "variable")
VERIFY = ("verify", "--run", "last", "--json")


@dataclass
class Pace:
    """How fast the destination is: a run has a middle for as long as a test wants it to."""

    seconds_a_variable: float = 0.1


@pytest.fixture
def pace() -> Pace:
    """Slow, at the beginning."""
    return Pace()


@pytest.fixture
def home(tmp_path: Path, servers: Servers, empty: PrefectServer, pace: Pace) -> Iterator[Home]:
    """A home with the filled source, and an empty destination that takes its time, for one variable after another."""
    one_at_a_time = threading.Lock()

    def slowly(method: str, path: str, _body: bytes) -> None:
        if (method, path) == ("POST", "/variables/"):
            with one_at_a_time:
                time.sleep(pace.seconds_a_variable)

    with proxied(empty.api_url, fate=slowly) as url:
        yield _home(tmp_path, servers, url)


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of a Redis that coordinator and workers share."""
    (tmp_path / "key").write_text("cd" * 32)
    with valkey(tmp_path / "redis") as url:
        yield {"MIGRATOR_REDIS_URL": url, "MIGRATOR_SEALING_KEY_FILE": str(tmp_path / "key")}


def _home(path: Path, servers: Servers, url: str) -> Home:
    urls = {"source": {"PREFECT_API_URL": servers.source.api_url}, "empty": {"PREFECT_API_URL": url}}
    return Home.made(path / "home", urls)


def test_a_run_that_is_paused_elsewhere_ends_with_4_and_is_resumed(
    home: Home, empty: PrefectServer, pace: Pace
) -> None:
    """Nothing is lost, nothing is there twice; everybody is told why it stands still, and what to type."""
    process = home.start(*RUN)
    wait_until(lambda: count(empty, "variables") >= HALF_WAY)
    paused = home.migrator("pause", "last", "--reason", "the database is being upgraded")
    assert paused.code == ExitCode.LANDED, paused.err
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == ExitCode.RESUMABLE
    assert "the database is being upgraded" in said
    assert "migrator resume" in said
    status = home.migrator("status", "last", "--json").form
    assert (status["state"], status["in_flight"]) == ("paused", 0)
    assert 0 < status["settled"] < status["nodes"]
    pace.seconds_a_variable = 0
    resumed = home.migrator("resume", "last", "--json")
    assert resumed.code == ExitCode.LANDED, resumed.err
    assert resumed.form["run"] == status["run"]
    assert home.migrator(*VERIFY).form["extra"] == []
    assert [run["state"] for run in home.migrator("runs", "--json").form["runs"]] == ["finished"]


def test_ctrl_c_pauses_a_run_and_says_how_it_goes_on(home: Home, empty: PrefectServer, pace: Pace) -> None:
    """Exit code 130; `resume` needs no plan and no question."""
    process = home.start(*RUN)
    wait_until(lambda: count(empty, "variables") >= HALF_WAY)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == ExitCode.INTERRUPTED
    run = home.migrator("status", "last", "--json").form["run"]
    assert f"migrator resume {run}" in said
    pace.seconds_a_variable = 0
    assert home.migrator("resume", run).code == ExitCode.LANDED
    assert home.migrator(*VERIFY).code == ExitCode.LANDED


def test_a_cancelled_run_is_over_and_a_new_one_goes_on_from_there(home: Home, empty: PrefectServer, pace: Pace) -> None:
    """What has arrived stays, its bodies are gone; neither resume nor retry bring it back, and both say what does."""
    process = home.start(*RUN)
    wait_until(lambda: count(empty, "variables") >= HALF_WAY)
    assert home.migrator("cancel", "last", "--yes").code == ExitCode.LANDED
    out, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == ExitCode.INCOMPLETE, said
    assert '"state":"cancelled"' in out
    for command in ("resume", "retry", "pause", "cancel"):
        refused = home.migrator(command, "last", *(("--yes",) if command == "cancel" else ()))
        assert refused.code in {ExitCode.REFUSED, ExitCode.LANDED}
        assert command == "cancel" or "migrator" in refused.err
    pace.seconds_a_variable = 0
    assert home.migrator(*RUN).code == ExitCode.LANDED
    assert home.migrator(*VERIFY).form["extra"] == []


def test_what_failed_is_tried_again_with_what_it_blocked(
    tmp_path: Path, servers: Servers, empty: PrefectServer
) -> None:
    """First only what a pattern chooses, then all; the same run, and at the end all of it has landed."""
    refused = {"flow/etl", "variable/environment"}

    def fate(method: str, path: str, body: bytes) -> int | None:
        wanted = {"flow/etl": ("/flows/", b'"etl"'), "variable/environment": ("/variables/", b'"environment"')}
        is_one = any(path == wanted[key][0] and wanted[key][1] in body for key in refused)
        return 403 if method == "POST" and is_one else None

    with proxied(empty.api_url, fate=fate) as url:
        home = _home(tmp_path, servers, url)
        broken = home.migrator(*EVERYTHING)
        assert broken.code == ExitCode.INCOMPLETE, broken.err
        failed = {resource["key"] for resource in broken.form["resources"] if resource["outcome"] == "failed"}
        assert failed == {"flow/etl", "variable/environment"}
        blocked = [r["key"] for r in broken.form["resources"] if "flow/etl" in r["blocked_by"]]
        assert blocked
        story = home.migrator("inspect", "last", blocked[0], "--json").form
        assert story["nodes"][0]["outcome"] == "skipped"
        assert "flow/etl" in story["refers_to"]
        assert home.migrator("retry", "last", "flow/nothing-like-it").code == ExitCode.USAGE
        refused.remove("variable/environment")
        partly = home.migrator("retry", "last", "variable/*", "--json")
        assert partly.code == ExitCode.INCOMPLETE
        assert partly.form["totals"]["failed"] == 1
        assert partly.form["totals"]["skipped"] == broken.form["totals"]["skipped"]
        refused.clear()
        whole = home.migrator("retry", "last", "--json")
        assert whole.code == ExitCode.LANDED, whole.err
        assert whole.form["run"] == broken.form["run"]
        assert home.migrator(*VERIFY).code == ExitCode.LANDED
        assert home.migrator("retry", "last").code == ExitCode.USAGE, "nothing is left to be retried"


def test_watch_picks_up_a_run_whose_coordinator_was_killed(
    home: Home, shared: dict[str, str], empty: PrefectServer, pace: Pace
) -> None:
    """Workers that were started by themselves go on; a second run is refused meanwhile, with the id of the first."""
    ours = home.with_settings(**shared)
    workers = ours.start("workers", "--processes", "2")
    try:
        process = ours.start(*RUN, "--workers", "0")
        wait_until(lambda: count(empty, "variables") >= HALF_WAY)
        process.kill()
        process.wait()
        close_pipes(process)
        run = ours.migrator("status", "last", "--json").form["run"]
        second = ours.migrator(*RUN, "--workers", "0")
        assert second.code == ExitCode.RESUMABLE
        assert run in second.err
        pace.seconds_a_variable = 0
        watched = ours.migrator("watch", "last", "--json")
        assert watched.code == ExitCode.LANDED, watched.err
        assert watched.form["run"] == run
        assert ours.migrator(*VERIFY).code == ExitCode.LANDED
        assert ours.migrator("purge", run, "--yes").code == ExitCode.LANDED
        assert ours.migrator("runs", "--json").form["runs"] == []
    finally:
        workers.terminate()
        assert workers.wait(PATIENCE) == 0
        close_pipes(workers)


def test_status_says_why_workers_leave_a_run_alone(
    home: Home, shared: dict[str, str], empty: PrefectServer, tmp_path: Path
) -> None:
    """Here they have another sealing key."""
    (tmp_path / "other").write_text("ef" * 32)
    other = home.with_settings(**{**shared, "MIGRATOR_SEALING_KEY_FILE": str(tmp_path / "other")})
    workers = other.start("workers", "--processes", "1")
    process = home.with_settings(**shared).start(*RUN, "--workers", "0")
    try:
        wait_until(lambda: other.migrator("runs", "--json").form["runs"] != [])
        wait_until(lambda: other.migrator("status", "last", "--json").form["waits_for"] != [])
        assert "sealed with another key" in other.migrator("status", "last").out
        assert count(empty, "variables") == 0
    finally:
        for command in (process, workers):
            command.send_signal(signal.SIGINT)
            command.wait(PATIENCE)
            close_pipes(command)
