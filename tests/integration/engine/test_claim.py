"""Claiming: ready nodes go to one worker under a lease."""

import pytest

from migrator.engine.run import new_token
from migrator.engine.scripts import RunState
from tests.integration.engine.bench import LONG, Bench, done, failed, retry
from tests.integration.engine.graphs import chain, plan_of


def test_a_claim_takes_ready_nodes_in_order_up_to_its_limit(bench: Bench) -> None:
    """And says how many are still ready."""
    bench.publish(plan_of(5))

    claim = bench.claim(2)

    assert claim.attempts == {0: 0, 1: 0}
    assert claim.waiting == 3
    assert claim.state is RunState.RUNNING
    assert bench.list_of("ready") == ["2", "3", "4"]


def test_a_claim_is_written_down_as_a_lease(bench: Bench) -> None:
    """Its nodes, how many of them are held, and a deadline by the clock of Redis."""
    bench.publish(plan_of(3))

    before = bench.now()
    bench.claim(2, lease="mine", lease_ms=LONG)
    after = bench.now()

    assert bench.hash_of("claimed") == {"0": "mine", "1": "mine"}
    assert bench.hash_of("lease") == {"mine": "0 1", "mine:left": "2"}
    assert before + LONG <= bench.zset_of("leases")["mine"] <= after + LONG


def test_nodes_that_wait_are_not_claimed(bench: Bench) -> None:
    """Invariant 2: a resource is written only after everything it refers to."""
    bench.publish(chain(3))

    assert bench.claim().attempts == {0: 0}
    assert bench.claim(lease="other").attempts == {}


def test_a_node_is_claimed_once(bench: Bench) -> None:
    """Two workers share nothing."""
    bench.publish(plan_of(5))

    claims = [bench.claim(2, lease=lease) for lease in ("one", "two", "three", "four")]

    assert [list(claim.attempts) for claim in claims] == [[0, 1], [2, 3], [4], []]


def test_a_claim_of_nothing_makes_no_lease(bench: Bench) -> None:
    """Nothing to renew, nothing to reap."""
    bench.publish(chain(2))
    bench.claim(lease="one")
    before = bench.everything()

    bench.claim(lease="other")

    assert bench.everything() == before


def test_a_claim_whose_answer_was_lost_is_repeated_and_gets_the_same_nodes(bench: Bench) -> None:
    """Else they would be lost to everybody until the lease ends."""
    bench.publish(plan_of(5))
    first = bench.claim(2)
    before = bench.everything()

    again = bench.claim(2)

    assert again == first
    assert bench.everything() == before


def test_a_repeated_claim_gets_what_it_still_holds(bench: Bench) -> None:
    """What was settled in the meantime is not handed out again."""
    bench.publish(plan_of(3))
    bench.claim(3)
    bench.settle("lease", done(1))

    assert bench.claim(3).attempts == {0: 0, 2: 0}


def test_a_suspect_is_handed_out_before_others_and_alone(bench: Bench) -> None:
    """A node that kills its worker takes no others with it."""
    bench.publish(plan_of(4))
    bench.claim(2, lease="died")
    bench.lose("died")

    claims = [bench.claim(10, lease=lease) for lease in ("one", "two", "three")]

    assert [list(claim.attempts) for claim in claims] == [[0], [1], [2, 3]]
    assert [claim.waiting for claim in claims] == [3, 2, 0]


def test_a_suspect_is_not_for_a_worker_that_holds_others(bench: Bench) -> None:
    """It would take them along as well."""
    bench.publish(plan_of(3))
    bench.claim(1, lease="died")
    bench.lose("died")

    assert list(bench.claim(10, lease="busy", alone=False).attempts) == [1, 2]
    suspect = bench.claim(10, lease="idle", alone=True)
    assert (list(suspect.attempts), suspect.suspect) == ([0], True)


def test_a_claim_says_how_often_each_node_was_tried_before(bench: Bench) -> None:
    """Invariant 9: on a second attempt a worker looks before it writes. Tries and crashes count alike."""
    bench.publish(plan_of(2))
    bench.claim_and_settle(retry(0), retry(1), lease="first")
    bench.claim(1, lease="died")
    bench.lose("died")

    assert bench.claim(lease="second").attempts == {0: 2}
    assert bench.claim(lease="third").attempts == {1: 1}


@pytest.mark.parametrize("state", [state for state in RunState if state is not RunState.RUNNING])
def test_nothing_is_claimed_of_a_run_that_is_not_running(state: RunState, bench: Bench) -> None:
    """A pause stops all workers at their next claim."""
    bench.publish(plan_of(3))
    bench.turn(state)
    before = bench.everything()

    claim = bench.claim()

    assert claim.attempts == {}
    assert claim.state is state
    assert claim.waiting == 3
    assert bench.everything() == before


def test_nothing_is_handed_out_alone_of_a_run_that_is_not_running(bench: Bench) -> None:
    """Suspects wait as well."""
    bench.publish(plan_of(1))
    bench.claim(lease="died")
    bench.turn(RunState.PAUSED)
    bench.lose("died")

    assert bench.claim().attempts == {}
    assert bench.list_of("suspect") == ["0"]


def test_a_claim_that_is_repeated_after_a_pause_gets_its_nodes_all_the_same(bench: Bench) -> None:
    """They are the worker's already; it will settle or release them."""
    bench.publish(plan_of(3))
    first = bench.claim(2)
    bench.turn(RunState.PAUSED)

    assert bench.claim(2).attempts == first.attempts


def test_nothing_is_claimed_of_a_run_that_is_not_there(bench: Bench) -> None:
    """A bell may outlive its run."""
    claim = bench.claim()

    assert claim.attempts == {}
    assert claim.state is None


def test_nothing_is_claimed_of_a_finished_run(bench: Bench) -> None:
    """And the worker learns that it has finished."""
    bench.publish(plan_of(2))
    bench.claim_and_settle(done(0), failed(1))

    assert bench.claim().state is RunState.FINISHED
    assert bench.claim().attempts == {}


def test_each_claim_of_a_run_has_a_token_of_its_own(bench: Bench) -> None:
    """As workers claim: two claims are two leases."""
    bench.publish(plan_of(2))

    one, other = (bench.do(bench.run.claim(new_token("worker"), 1, 60.0)) for _ in range(2))

    assert one.token != other.token
    assert bench.hash_of("claimed") == {"0": one.token, "1": other.token}
