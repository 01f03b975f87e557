"""The status: where a run stands, whether it can still move, and who may stop it."""

import pytest

from migrator.engine.failures import failures_of
from migrator.engine.pace import STEP, WINDOW, pace_of, rate_at, rate_of
from migrator.engine.scripts import RunState
from migrator.engine.steering import cancel
from migrator.errors import UsageError
from tests.integration.engine.bench import Bench, done, failed, release, retry
from tests.integration.engine.graphs import hub, plan_of


def test_every_node_that_has_not_settled_is_counted_where_it_is(bench: Bench) -> None:
    """Ready, suspect, claimed, delayed, or waiting for those."""
    bench.publish(plan_of(7, needs=[(0, 6)]))
    bench.claim(1, lease="died")
    bench.lose("died")
    bench.claim(1, lease="suspect")
    bench.claim(4, lease="mine")
    bench.settle("mine", done(1), failed(2), retry(3, 60_000), release(4))

    status = bench.status()

    assert (status.nodes, status.settled, status.ready, status.claimed, status.delayed) == (7, 2, 2, 1, 1)
    assert status.outcomes == {"created": 1, "failed": 1}


def test_the_rate_is_that_of_the_last_minute(bench: Bench) -> None:
    """Read from it alone, for it is read four times a second (invariant 12)."""
    bench.publish(plan_of(4))
    bench.claim_and_settle(done(0), done(1), failed(2), retry(3))
    lately = bench.do(pace_of(bench.run))
    bench.do(bench.redis.hset(bench.keys["pace"], f"{lately[0].second - WINDOW - STEP} created", "1000"))

    rate = bench.do(rate_of(bench.run))

    assert 3 / (STEP + 5) < rate <= 3
    assert rate == pytest.approx(rate_at(bench.now() / 1000, lately), rel=0.1)


def test_what_was_tried_again_and_ended_otherwise_is_no_failure(bench: Bench) -> None:
    """It may have been one when the list of failures was read."""
    bench.publish(hub(2))
    bench.claim_and_settle(failed(0))

    assert bench.outcomes()[1] == "skipped 0"
    assert [failure.node for failure in bench.do(failures_of(bench.run, [0, 1]))] == [0]


def test_a_run_whose_nodes_wait_for_nobody_is_stuck(bench: Bench) -> None:
    """Here an edge was lost between plan and Redis; waiting longer would not help."""
    plan = plan_of(2)
    plan.graph.degree[1] = 1
    bench.publish(plan)
    assert not bench.status().stuck

    bench.claim_and_settle(done(0))

    assert bench.status().stuck


@pytest.mark.parametrize("held", ["claimed", "delayed", "suspect"])
def test_a_run_that_waits_for_one_node_is_not_stuck(held: str, bench: Bench) -> None:
    """Whatever holds the node up ends by itself."""
    bench.publish(hub(2))
    bench.claim()
    if held == "delayed":
        bench.settle("lease", retry(0, 60_000))
    elif held == "suspect":
        bench.lose("lease")

    assert not bench.status().stuck


def test_a_run_that_is_paused_is_not_stuck(bench: Bench) -> None:
    """It is asked to stand still."""
    plan = plan_of(1)
    plan.graph.degree[0] = 1
    bench.publish(plan)
    bench.turn(RunState.PAUSED)

    assert not bench.status().stuck


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.PAUSED])
def test_a_cancelled_run_hands_out_nothing_more(state: RunState, bench: Bench) -> None:
    """What has not settled stays pending."""
    bench.publish(plan_of(3))
    bench.claim(1)
    bench.turn(state)

    assert bench.do(cancel(bench.run)) is RunState.CANCELLED

    assert bench.claim(lease="next").attempts == {}
    assert bench.settle("lease", done(0)).accepted == 1
    assert bench.status().settled == 1


def test_a_finished_run_cannot_be_cancelled(bench: Bench) -> None:
    """It is over; the answer says so."""
    bench.publish(plan_of(1))
    bench.claim_and_settle(done(0))

    assert bench.do(cancel(bench.run)) is RunState.FINISHED


def test_requests_of_all_workers_are_added_up(bench: Bench) -> None:
    """For the report."""
    bench.publish(plan_of(1))
    assert bench.do(bench.run.requests()) == (0, 0)

    for source, destination in ((0, 3), (1, 4)):
        bench.do(bench.run.tell(source=source, destination=destination))

    assert bench.do(bench.run.requests()) == (1, 7)


def test_a_run_that_is_not_there_is_wrong_usage(bench: Bench) -> None:
    """Whoever types its name is told where names come from."""
    for asking in (bench.run.status, bench.run.record):
        with pytest.raises(UsageError, match=f"there is no run {bench.run.id}") as caught:
            bench.do(asking())
        assert caught.value.advice
