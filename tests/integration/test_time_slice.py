"""A time slice on a real Valkey, with work that is planted: what it claims it ends, or gives back in time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from dramatiq.brokers.stub import StubBroker
from redis.exceptions import ConnectionError as RedisConnectionError

from migrator.engine.doorbell import BATCH, QUEUE
from migrator.engine.run import Run
from migrator.engine.scripts import Claim, Result, Settlement, Verdict
from migrator.model.bounds import UNBOUNDED, Bounds
from migrator.model.plan import Plan
from tests.integration.engine.bench import Bench, bench_on
from tests.integration.engine.graphs import hub, plan_of
from tests.plenty import Plenty
from workers import time_slice
from workers.drain import Drain
from workers.time_slice import TimeSlice

LEASE_SECONDS = 60.0
#: Seconds that something takes which does not end by itself within a test.
FOR_EVER = 120.0


@dataclass(frozen=True)
class _Job:
    node: int


async def _nothing(_: int) -> None:
    """What an attempt does that is not planted."""


async def _alone() -> bool:
    """Nobody waits for this process."""
    return True


async def _awaited() -> bool:
    """Somebody does."""
    return False


@dataclass
class _Planted:
    """Work whose gathering and whose attempts are given by a test."""

    run: Run
    gather: Callable[[int], Awaitable[None]] = _nothing
    do: Callable[[int], Awaitable[None]] = _nothing
    worker: str = "worker"
    bounds: Bounds = UNBOUNDED
    hindrance: str = ""
    destination: Plenty = field(default_factory=lambda: Plenty(8))

    async def prepare(self, claim: Claim) -> tuple[list[_Job], list[Result]]:
        for node in claim.attempts:
            await self.gather(node)
        return [_Job(node) for node in claim.attempts], []

    async def attempt(self, job: _Job) -> Result:
        await self.do(job.node)
        return Result(job.node, Verdict.DONE, "created")

    async def tell(self) -> None:
        """There is nothing to tell."""


class _AnswerLost(Run):
    """A run whose first claim is answered to nobody, as often as the client repeats it."""

    lost = 0

    async def claim(self, token: str, limit: int, lease_seconds: float, *, alone: bool = True) -> Claim:
        claim = await super().claim(token, limit, lease_seconds, alone=alone)
        if not self.lost:
            self.lost = 1
            raise RedisConnectionError
        return claim


class _Untold(_Planted):
    """Work whose first telling is not heard; how many nodes were settled at each is noted down."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.settled: list[int] = []

    async def tell(self) -> None:
        self.settled.append((await self.run.status()).settled)
        if len(self.settled) == 1:
            raise RedisConnectionError


class _Counting(Run):
    """A run that counts how often results are settled."""

    settlements = 0

    async def settle(self, token: str, results: Sequence[Result]) -> Settlement:
        self.settlements += bool(results)
        return await super().settle(token, results)


@pytest.fixture
def bench(redis_url: str, run_id: str) -> Iterator[Bench]:
    """A run of this test's own, not published yet."""
    with bench_on(redis_url, run_id) as bench:
        yield bench


def _take(
    bench: Bench,
    work: _Planted,
    drain: Drain | None = None,
    may_go_on: Callable[[], Awaitable[bool]] = _alone,
) -> int:
    """Take a slice; returns how many bells it rang for others."""
    broker = StubBroker()
    broker.declare_queue(QUEUE)
    bench.do(TimeSlice(work, broker, LEASE_SECONDS, drain or Drain(20.0), may_go_on).take())
    rung: int = broker.queues[QUEUE].qsize()
    return rung


def test_one_node_that_cannot_be_prepared_fails_alone(bench: Bench) -> None:
    """A mistake of ours is not its batch mates', and nobody waits for the end of a lease."""

    async def stumble(node: int) -> None:
        if node == 1:
            raise KeyError(node)

    bench.publish(plan_of(3))
    _take(bench, _Planted(bench.run, gather=stumble))

    assert bench.outcomes()[0] == bench.outcomes()[2] == "created"
    assert bench.outcomes()[1].startswith('failed {"type":"Bug"')


def test_a_claim_whose_answer_was_lost_is_repeated(bench: Bench) -> None:
    """Redis holds its nodes: without that they would wait for a lease and count a dead worker."""
    bench.publish(plan_of(3))
    _take(bench, _Planted(_AnswerLost(bench.redis, bench.run.id)))

    assert bench.status().landed
    assert bench.hash_of("crashes") == bench.hash_of("tries") == {}


def test_what_was_written_is_told_before_it_is_settled(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever dies in between has said what was written for a node that is tried again, never the other way round."""
    monkeypatch.setattr(time_slice, "REDIS_AWAY", 0.01)
    bench.publish(plan_of(3))
    work = _Untold(bench.run)
    _take(bench, work)

    assert work.settled == [0, 0]
    assert bench.status().landed


@pytest.mark.parametrize("shape", [plan_of, hub])
def test_others_hear_of_what_a_slice_does_not_claim_itself(shape: Callable[[int], Plan], bench: Bench) -> None:
    """Be it ready from the beginning or become so."""
    bench.publish(shape(BATCH + 1))

    assert _take(bench, _Planted(bench.run))


@pytest.mark.parametrize("shape", [plan_of, hub])
def test_nobody_else_hears_of_what_a_slice_claims_next(shape: Callable[[int], Plan], bench: Bench) -> None:
    """A bell for that would be answered in vain."""
    bench.publish(shape(BATCH))

    assert not _take(bench, _Planted(bench.run))


@pytest.mark.parametrize("slow", ["gather", "do"])
def test_what_does_not_end_while_a_worker_drains_is_given_back_in_time(slow: str, bench: Bench) -> None:
    """What had not begun without penalty; what had looks first next time (invariant 9). Nobody is taken for dead."""
    bench.publish(plan_of(2))
    drain = Drain(grace=3.0)

    async def hang(_: int) -> None:
        if not drain.has_begun:
            drain.begin()
        await asyncio.sleep(FOR_EVER)

    began = time.monotonic()
    work = _Planted(bench.run, gather=hang) if slow == "gather" else _Planted(bench.run, do=hang)
    _take(bench, work, drain)

    assert time.monotonic() - began < 3.0
    assert bench.hash_of("claimed") == bench.hash_of("crashes") == {}
    assert sorted(bench.list_of("ready")) == ["0", "1"]
    assert bench.hash_of("tries") == ({} if slow == "gather" else {"0": "1", "1": "1"})


@pytest.mark.measures_time
@pytest.mark.parametrize(("may_go_on", "settled"), [(_alone, 101), (_awaited, 50)])
def test_a_slice_goes_on_unless_somebody_waits(
    may_go_on: Callable[[], Awaitable[bool]], settled: int, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every run gets its turn; and one that is alone does not stand still between two slices."""
    monkeypatch.setattr(time_slice, "SLICE", 0.05)
    bench.publish(plan_of(101))
    _take(bench, _Planted(bench.run, do=lambda _: asyncio.sleep(0.02)), may_go_on=may_go_on)

    assert len(bench.outcomes()) == settled


def test_some_attempts_wait_for_room(bench: Bench) -> None:
    """What has room for eight is kept busy with eight while others are settled: two wait at the door."""
    begun: list[int] = []

    async def hang(node: int) -> None:
        begun.append(node)
        if len(begun) > 9:
            drain.begin()
        await asyncio.sleep(FOR_EVER)

    drain = Drain(grace=1.0)
    bench.publish(plan_of(20))
    _take(bench, _Planted(bench.run, do=hang), drain)

    assert len(begun) == 10


def test_a_bell_waits_a_moment_for_room(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever said at once that there is none would be rung for again at once, as often as the coordinator looks."""
    monkeypatch.setattr(time_slice, "ROOM_WITHIN", 5.0)
    bench.publish(plan_of(3))
    work = _Planted(bench.run, destination=Plenty(0))
    broker = StubBroker()
    broker.declare_queue(QUEUE)

    async def take() -> None:
        taking = asyncio.create_task(TimeSlice(work, broker, LEASE_SECONDS, Drain(20.0), _alone).take())
        await asyncio.sleep(0.2)
        assert not taking.done()
        work.destination.room = 2
        await taking

    bench.do(take())
    assert bench.status().landed


def test_a_bell_does_not_wait_for_room_while_its_process_drains(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that has seen its run end waits for its workers."""
    monkeypatch.setattr(time_slice, "ROOM_WITHIN", FOR_EVER)
    bench.publish(plan_of(3))
    drain = Drain(20.0)
    drain.begin()

    _take(bench, _Planted(bench.run, destination=Plenty(0)), drain)

    assert len(bench.list_of("ready")) == 3


@pytest.mark.parametrize(("nodes", "most"), [(40, 5), (2, 2)])
def test_nodes_share_settlements_while_enough_is_left_to_do(nodes: int, most: int, bench: Bench) -> None:
    """Of a server that answers forty times a second, each node would be settled alone; the last ones are at once."""
    run = _Counting(bench.redis, bench.run.id)
    bench.publish(plan_of(nodes))
    _take(bench, _Planted(run, do=lambda _: asyncio.sleep(0.025), destination=Plenty(1)))

    assert bench.status().landed
    assert run.settlements <= nodes / most + 6


def test_a_lease_that_is_lost_ends_what_is_in_flight(bench: Bench) -> None:
    """Somebody else has the nodes: what is still written would be written twice."""
    bench.publish(plan_of(1))
    ended: list[int] = []

    async def lose_and_hang(node: int) -> None:
        await bench.redis.zrem(bench.keys["leases"], *await bench.redis.zrange(bench.keys["leases"], 0, -1))
        try:
            await asyncio.sleep(FOR_EVER)
        finally:
            ended.append(node)

    broker = StubBroker()
    broker.declare_queue(QUEUE)
    began = time.monotonic()
    bench.do(TimeSlice(_Planted(bench.run, do=lose_and_hang), broker, 1.0, Drain(20.0), _alone).take())

    assert ended == [0]
    assert time.monotonic() - began < 5.0
    assert bench.outcomes() == {}
