"""Worker processes come in as they are needed: stand-ins for them, a real Valkey, and the budget of a destination."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from migrator.coordinator import reinforcing
from migrator.coordinator.reinforcing import reinforced
from migrator.embedded.workers import Fleet
from migrator.engine.budget import Budget, Report
from tests.integration.engine.bench import PATIENCE, Bench, bench_on
from tests.integration.engine.graphs import plan_of

#: Requests that a process may have in flight.
LIMIT = 4
#: What a process does.
WAITS = "import time; time.sleep(60)"


@pytest.fixture
def bench(redis_url: str, run_id: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A run that is published, at which one looks often."""
    monkeypatch.setattr(reinforcing, "LOOK", 0.02)
    with bench_on(redis_url, run_id) as bench:
        bench.publish(plan_of(1))
        yield bench


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    """One process, which is there and does nothing."""
    fleet = Fleet(
        lambda: subprocess.Popen([sys.executable, "-c", WAITS], stdin=subprocess.PIPE, start_new_session=True), ()
    )
    fleet.start(1)
    yield fleet
    fleet.stop(PATIENCE)


def test_another_process_comes_in_once_the_destination_takes_more_than_one_may_send(bench: Bench, fleet: Fleet) -> None:
    """At first a destination is thought to take as much as one may send; while that is so one waits for no more."""
    assert _reinforced(bench, fleet, most=3, limit=LIMIT, until=2) == 2


def test_a_moment_is_not_enough(bench: Bench, fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may be in flight first grows beyond what a small destination does most work with."""
    monkeypatch.setattr(reinforcing, "LASTING", 1000)
    assert _reinforced(bench, fleet, most=3, limit=LIMIT, until=2, seconds=0.5) == 1


def test_none_comes_in_where_one_may_send_all_that_the_destination_takes(bench: Bench, fleet: Fleet) -> None:
    """It would cost its start, and what it costs to be there, for nothing."""
    assert _reinforced(bench, fleet, most=3, limit=LIMIT + 1, until=2, seconds=0.5) == 1


def test_no_more_come_in_than_were_asked_for(bench: Bench, fleet: Fleet) -> None:
    """However much the destination takes."""
    assert _reinforced(bench, fleet, most=1, limit=LIMIT, until=2, seconds=0.5) == 1


def test_nobody_comes_in_for_a_destination_that_nobody_writes_to(bench: Bench, fleet: Fleet) -> None:
    """Of it nothing is known."""
    assert _reinforced(bench, fleet, most=3, limit=LIMIT, until=2, seconds=0.5, writers=0) == 1


def _reinforced(
    bench: Bench, fleet: Fleet, *, most: int, limit: int, until: int, seconds: float = PATIENCE, writers: int = 1
) -> int:
    """How many processes are there in the end: so many, or those of a moment later."""

    async def watched() -> int:
        record = await bench.run.record()
        budget = Budget(bench.redis, record.destination.identity, "the first", limit=LIMIT)
        over = time.monotonic() + seconds
        async with reinforced(fleet, bench.run, most, limit):
            while len(fleet) < until and time.monotonic() < over:
                for _ in range(writers):
                    await budget.share(Report())
                await asyncio.sleep(0.05)
        return len(fleet)

    return bench.do(watched())
