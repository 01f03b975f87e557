"""Metrics of several real worker processes, scraped over HTTP while a run is under way on a real Valkey."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from migrator import __version__
from migrator.engine.keys import RUNS
from migrator.engine.run import CRASH_LIMIT
from migrator.kinds import KINDS
from tests.integration.engine.bench import Bench, bench_on, done
from tests.integration.engine.graphs import chain
from tests.ports import free_ports
from tests.scraping import scraped
from workers import exposition

SECONDS = 30.0


@pytest.fixture
def bench(redis_url: str, run_id: str) -> Iterator[Bench]:
    """A run of this test's own, not published yet."""
    with bench_on(redis_url, run_id) as bench:
        yield bench


@pytest.fixture
def ports(redis_url: str, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """The ports of two worker processes that were given the same one. They have no profile, so they write nothing."""
    first = free_ports(2)
    environment = {
        **os.environ,
        "MIGRATOR_REDIS_URL": redis_url,
        "MIGRATOR_STATE_DIR": str(tmp_path / "state"),
        "MIGRATOR_METRICS_PORT": str(first),
        "PREFECT_HOME": str(tmp_path),
    }
    command = (sys.executable, "-P", "-m", "workers")
    with (tmp_path / "log").open("wb") as log:
        processes = [subprocess.Popen(command, env=environment, stdout=log, stderr=log) for _ in range(2)]
        try:
            yield first, first + 1
        finally:
            for process in processes:
                process.terminate()
            assert [process.wait(SECONDS) for process in processes] == [0, 0]


def _eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not _held(holds):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _held(holds: Callable[[], bool]) -> bool:
    try:
        return holds()
    except OSError:
        return False


def _total(ports: tuple[int, int], *name: str) -> float:
    return sum(scraped(port)[name] for port in ports)


def test_failures_are_counted_from_nothing_on(ports: tuple[int, int]) -> None:
    """Of every kind: an alert sees an increase, and a series that begins with the first ones has none."""
    names = [
        ("migrator_nodes_settled_total", kind.name, outcome) for kind in KINDS for outcome in ("failed", "skipped")
    ]

    _eventually(lambda: all(name in served and not served[name] for served in map(scraped, ports) for name in names))


def test_all_processes_show_the_same_of_a_run_each_on_a_port_of_its_own(ports: tuple[int, int], bench: Bench) -> None:
    """So one takes the largest. When nobody looks after the run any more it is shown no more."""
    bench.publish(chain(3))
    bench.claim_and_settle(done(0))
    bench.claim()
    settled, in_flight = (("migrator_run_nodes", bench.run.id, state) for state in ("settled", "in_flight"))

    _eventually(lambda: [(s[settled], s[in_flight]) for s in map(scraped, ports)] == [(1, 1)] * 2)
    infos = [name for port in ports for name in scraped(port) if name[0] == "migrator_worker_info"]
    assert len(set(infos)) == 2
    assert all(name[1] == __version__ for name in infos)

    bench.do(bench.redis.zrem(RUNS, bench.run.id))
    _eventually(lambda: not any(settled in scraped(port) for port in ports))


def test_what_one_process_does_is_counted_once_among_all(ports: tuple[int, int], bench: Bench) -> None:
    """So one adds up: leases of dead workers, the node that took them along, and what is skipped for it."""
    bench.publish(chain(3))
    for crash in range(CRASH_LIMIT):
        _eventually(lambda: bool(bench.claim(lease=f"died {crash}").attempts))  # noqa: B023 - called at once
        bench.renew(f"died {crash}", lease_ms=0)

    outcomes = ("failed", "skipped")
    settled = "migrator_nodes_settled_total"
    _eventually(lambda: [_total(ports, settled, "variable", outcome) for outcome in outcomes] == [1, 2])
    assert _total(ports, "migrator_leases_reaped_total") == CRASH_LIMIT


def test_where_no_port_is_free_nobodys_work_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said in the log. Where there is one, it is free again afterwards."""
    port = free_ports(1)
    monkeypatch.setattr(exposition, "PORTS", 1)

    for _ in range(2):
        with (
            exposition.metrics_served("127.0.0.1", port) as first,
            exposition.metrics_served("127.0.0.1", port) as second,
        ):
            assert (first, second) == (port, None)
            assert ("migrator_claimed_nodes_count",) in scraped(port)
