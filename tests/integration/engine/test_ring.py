"""Ringing: as many doorbells as there is work and workers for, and no more."""

from collections.abc import Iterator

import pytest
from dramatiq.brokers.stub import StubBroker

from migrator.engine import doorbell
from migrator.engine.keys import WORKERS
from migrator.engine.scripts import RunState
from tests.integration.engine.bench import LONG, SHORT, Bench, done, failed, retry
from tests.integration.engine.graphs import chain, hub, plan_of

NAMES = [f"bell {n}" for n in range(20)]


@pytest.fixture
def broker() -> Iterator[StubBroker]:
    """A broker that keeps messages in memory."""
    broker = StubBroker(middleware=[])
    broker.declare_queue(doorbell.QUEUE)
    yield broker
    broker.close()


@pytest.mark.parametrize(("ready", "bells"), [(0, 0), (1, 1), (10, 1), (11, 2), (35, 4)])
def test_each_bell_is_worth_a_batch(ready: int, bells: int, bench: Bench) -> None:
    """Three batches and a half are four bells."""
    bench.publish(plan_of(ready + 1))
    bench.claim(1)

    assert bench.ring(*NAMES, batch=10) == NAMES[:bells]


def test_a_suspect_is_worth_a_bell_of_its_own(bench: Bench) -> None:
    """Each is handed out alone."""
    bench.publish(plan_of(14))
    bench.claim(3, lease="died")
    bench.lose("died")

    assert len(bench.ring(*NAMES, batch=10)) == 3 + 2


def test_no_more_ring_than_the_workers_can_answer(bench: Bench) -> None:
    """A million ready nodes do not ring a million times."""
    bench.publish(plan_of(1000))

    assert bench.ring(*NAMES, capacity=3) == NAMES[:3]


def test_bells_in_flight_count(bench: Bench) -> None:
    """With the time when each stops counting."""
    bench.publish(plan_of(1000))

    before = bench.now()
    assert bench.ring("a", "b", capacity=3) == ["a", "b"]
    assert bench.ring("c", "d", capacity=3) == ["c"]
    assert bench.ring("e", capacity=3) == []

    in_flight = bench.zset_of("bells")
    assert set(in_flight) == {"a", "b", "c"}
    assert before + LONG <= min(in_flight.values()) <= max(in_flight.values()) <= bench.now() + LONG


def test_a_bell_that_was_answered_makes_room(bench: Bench) -> None:
    """The worker says so, and rings for what is left."""
    bench.publish(plan_of(1000))
    bench.ring("a", "b", capacity=2)

    bench.do(doorbell.answered(bench.run, "a"))

    assert bench.ring("c", "d", capacity=2) == ["c"]


def test_a_bell_that_was_lost_stops_counting_at_its_deadline(bench: Bench) -> None:
    """Latency is all that it costs."""
    bench.publish(plan_of(1000))
    bench.ring("lost", capacity=1, bell_ms=SHORT)

    bench.wait_until(lambda: bench.ring("next", capacity=1) == ["next"])

    assert list(bench.zset_of("bells")) == ["next"]


def test_more_in_flight_than_workers_is_no_error(bench: Bench) -> None:
    """Workers may have left since."""
    bench.publish(plan_of(1000))
    bench.ring(*NAMES, capacity=10)

    assert bench.ring(*NAMES, capacity=2) == []


def test_edges_that_are_left_to_walk_are_worth_one_bell(bench: Bench) -> None:
    """A worker that died between two calls leaves a walk that nobody's claim would find."""
    bench.publish(hub(1000))
    bench.claim()
    bench.settle("lease", failed(0), budget=1)

    assert bench.ring(*NAMES) == NAMES[:1]


def test_a_due_retry_is_worth_one_bell_and_one_that_is_not_due_none(bench: Bench) -> None:
    """Somebody has to promote it."""
    bench.publish(plan_of(2))
    bench.claim()
    bench.settle("lease", retry(0, LONG))
    assert bench.ring(*NAMES) == []

    bench.settle("lease", retry(1, SHORT))

    bench.wait_until(lambda: bench.ring(*NAMES) == NAMES[:1])


def test_a_lease_that_has_ended_is_worth_one_bell_and_one_that_has_not_none(bench: Bench) -> None:
    """Somebody has to reap it, also when every worker has died."""
    bench.publish(plan_of(2))
    bench.claim(1, lease="good")
    bench.claim(1, lease="died")
    assert bench.ring(*NAMES) == []

    bench.renew("died", lease_ms=SHORT)

    bench.wait_until(lambda: bench.ring(*NAMES) == NAMES[:1])


@pytest.mark.parametrize("state", [state for state in RunState if state is not RunState.RUNNING])
def test_nothing_rings_for_a_run_that_is_not_running(state: RunState, bench: Bench) -> None:
    """Whatever is ready."""
    bench.publish(plan_of(100))
    bench.turn(state)

    assert bench.ring(*NAMES) == []
    assert bench.zset_of("bells") == {}


def test_nothing_rings_for_a_run_that_is_not_there(bench: Bench) -> None:
    """It may have been purged."""
    assert bench.ring(*NAMES) == []


def test_nothing_rings_for_a_run_that_waits_for_its_workers(bench: Bench) -> None:
    """What is claimed is somebody's, and what depends on it is nobody's yet."""
    bench.publish(chain(3))
    bench.claim()

    assert bench.ring(*NAMES) == []


def test_a_bell_is_a_message_that_names_the_run_and_nothing_else(bench: Bench, broker: StubBroker) -> None:
    """Invariant 10: what there is to do is in Redis, sealed."""
    bench.publish(plan_of(1))

    assert bench.do(doorbell.ring(bench.run, broker)) == 1

    [bell] = bench.zset_of("bells")
    message = broker.queues[doorbell.QUEUE].get_nowait()
    assert b'"args":["%b","%b"]' % (bench.run.id.encode(), bell.encode()) in message
    assert doorbell.ACTOR.encode() in message


def test_bells_are_bounded_by_the_workers_that_are_alive(bench: Bench, broker: StubBroker) -> None:
    """Two while none has said so yet; then as many as there are, not counting those of the past."""
    bench.publish(plan_of(10 * doorbell.BATCH))
    assert bench.do(doorbell.ring(bench.run, broker)) == doorbell.UNKNOWN_CAPACITY == 2

    attendance = {"a": bench.now() + LONG, "b": bench.now() + LONG, "c": bench.now() + LONG, "gone": bench.now() - LONG}
    bench.do(bench.redis.zadd(WORKERS, attendance))

    assert bench.do(doorbell.workers_alive(bench.redis)) == 3
    assert bench.do(doorbell.ring(bench.run, broker)) == 1
    assert bench.do(doorbell.ring(bench.run, broker)) == 0
    assert broker.queues[doorbell.QUEUE].qsize() == len(bench.zset_of("bells")) == 3


def test_who_knows_how_many_workers_are_alive_need_not_ask(bench: Bench, broker: StubBroker) -> None:
    """None of whom it knows may be some that have not said so yet."""
    bench.publish(plan_of(10 * doorbell.BATCH))

    assert bench.do(doorbell.ring(bench.run, broker, 0)) == doorbell.UNKNOWN_CAPACITY
    assert bench.do(doorbell.ring(bench.run, broker, 3)) == 1


def test_the_last_node_leaves_nothing_to_ring_for(bench: Bench) -> None:
    """A finished run is not running."""
    bench.publish(plan_of(1))
    bench.claim_and_settle(done(0))

    assert bench.ring(*NAMES) == []
