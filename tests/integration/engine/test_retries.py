"""Trying again: at a time, without a worker that waits for it."""

import pytest

from migrator.engine.scripts import Result
from tests.integration.engine.bench import SHORT, Bench, done, release, retry
from tests.integration.engine.graphs import chain, plan_of


def test_a_retry_is_counted_and_delayed(bench: Bench) -> None:
    """By the clock of Redis; the node leaves its lease and has no outcome."""
    bench.publish(chain(2))
    bench.claim()

    before = bench.now()
    settlement = bench.settle("lease", retry(0, 60_000))
    after = bench.now()

    assert settlement.accepted == 1
    assert bench.hash_of("tries") == {"0": "1"}
    assert before + 60_000 <= bench.zset_of("delayed")["0"] <= after + 60_000
    assert bench.hash_of("claimed") == bench.hash_of("outcome") == {}
    assert bench.zset_of("leases") == {}
    assert bench.hash_of("degree") == {"1": "1"}


def test_a_release_is_delayed_and_not_counted(bench: Bench) -> None:
    """A node that was never started has no attempt behind it."""
    bench.publish(plan_of(1))
    bench.claim()

    bench.settle("lease", release(0, 60_000))

    assert bench.hash_of("tries") == bench.hash_of("crashes") == {}
    assert list(bench.zset_of("delayed")) == ["0"]


def test_each_retry_counts(bench: Bench) -> None:
    """The next worker is told how often a node was tried."""
    bench.publish(plan_of(1))

    for attempt in range(3):
        assert bench.claim(lease=f"lease {attempt}").attempts == {0: attempt}
        bench.settle(f"lease {attempt}", retry(0))

    assert bench.do(bench.run.attempts([0])) == [3]


def test_what_is_not_due_yet_is_not_ready(bench: Bench) -> None:
    """However often somebody helps along."""
    bench.publish(plan_of(1))
    bench.claim_and_settle(retry(0, 60_000))

    assert bench.help_along().ready == 0
    assert bench.claim().attempts == {}
    assert not bench.status().stuck


@pytest.mark.parametrize("result", [retry(0, SHORT), release(0, SHORT)])
def test_what_is_due_becomes_ready_when_somebody_helps_along(result: Result, bench: Bench) -> None:
    """And can be claimed again."""
    bench.publish(plan_of(1))
    bench.claim_and_settle(result)

    bench.wait_until(lambda: bench.help_along().ready == 1)

    assert bench.zset_of("delayed") == {}
    assert list(bench.claim().attempts) == [0]


@pytest.mark.parametrize("result", [retry(0), release(0)])
def test_what_is_due_at_once_is_ready_at_once(result: Result, bench: Bench) -> None:
    """A worker that drains leaves its nodes to others within the same call."""
    bench.publish(plan_of(1))

    settlement = bench.claim_and_settle(result)

    assert settlement.ready == 1
    assert bench.list_of("ready") == ["0"]


def test_at_most_a_hundred_are_promoted_by_one_call(bench: Bench) -> None:
    """Invariant 12: work per call is bounded, also after an outage of the destination."""
    bench.publish(plan_of(250))
    bench.claim(250)

    settlements = [
        bench.settle("lease", *(retry(node) for node in range(250))),
        *(bench.help_along() for _ in range(3)),
    ]

    assert [settlement.ready for settlement in settlements] == [100, 200, 250, 250]


def test_a_suspect_that_is_given_back_is_still_handed_out_alone(bench: Bench) -> None:
    """A worker that drains must not put the node that killed another back among the innocent."""
    bench.publish(plan_of(3))
    bench.claim(1, lease="died")
    bench.lose("died")
    assert list(bench.claim(lease="drains").attempts) == [0]

    bench.settle("drains", release(0))

    alone = [list(bench.claim(lease=lease).attempts) for lease in ("one", "two")]
    assert [0] in alone
    assert sorted(alone) == [[0], [1, 2]]


def test_a_node_that_was_retried_settles_like_any_other(bench: Bench) -> None:
    """Invariant 3: its dependents are counted down once, at its last word."""
    bench.publish(chain(2))
    bench.claim_and_settle(retry(0), lease="first")
    assert bench.hash_of("degree") == {"1": "1"}

    assert bench.claim_and_settle(done(0), lease="second").edges == 1

    assert bench.list_of("ready") == ["1"]
