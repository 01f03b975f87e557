"""Fences: a result counts if its lease still holds the node, and counts once."""

import pytest

from migrator.engine.scripts import Result
from tests.integration.engine.bench import SHORT, Bench, done, failed, release, retry
from tests.integration.engine.graphs import hub, plan_of


def test_a_repeated_result_changes_nothing(bench: Bench) -> None:
    """Invariant 3: the answer to a settlement may be lost, and the settlement be sent again."""
    bench.publish(plan_of(4, needs=[(0, 2), (1, 2), (0, 3)]))
    bench.claim()
    bench.settle("lease", done(0, "id-0"))
    before = bench.everything()

    again = bench.settle("lease", done(0, "id-0"))

    assert (again.accepted, again.stale, again.edges) == (0, 1, 0)
    assert bench.everything() == before


@pytest.mark.parametrize("other", [failed(0), done(0, "another id"), retry(0), release(0)])
def test_a_second_result_that_says_something_else_changes_nothing(other: Result, bench: Bench) -> None:
    """Invariant 1: an outcome is a last word."""
    bench.publish(hub(2))
    bench.claim()
    bench.settle("lease", done(0, "id-0"))
    before = bench.everything()

    assert bench.settle("lease", other).stale == 1
    assert bench.everything() == before


def test_a_result_that_comes_twice_in_one_settlement_counts_once(bench: Bench) -> None:
    """Invariant 3."""
    bench.publish(plan_of(3, needs=[(0, 2), (1, 2)]))
    bench.claim()

    settlement = bench.settle("lease", done(0), done(0))

    assert (settlement.accepted, settlement.stale, settlement.edges) == (1, 1, 1)
    assert bench.hash_of("degree") == {"2": "1"}


def test_a_result_from_another_lease_is_refused(bench: Bench) -> None:
    """Invariant 3: only who holds a node may settle it."""
    bench.publish(plan_of(2))
    bench.claim(1, lease="mine")
    bench.claim(1, lease="other")
    before = bench.everything()

    settlement = bench.settle("other", done(0))

    assert (settlement.accepted, settlement.stale) == (0, 1)
    assert bench.everything() == before


@pytest.mark.parametrize("lease", ["", "lease", "never given"])
def test_a_result_for_a_node_that_nobody_holds_is_refused(lease: str, bench: Bench) -> None:
    """Ready, waiting, and not there at all."""
    bench.publish(hub(1))
    before = bench.everything()

    settlement = bench.settle(lease, done(0), done(1), done(99))

    assert (settlement.accepted, settlement.stale) == (0, 3)
    assert bench.everything() == before


def test_a_settlement_takes_what_is_fresh_and_refuses_the_rest(bench: Bench) -> None:
    """One late result does not spoil its neighbours."""
    bench.publish(plan_of(3))
    bench.claim()
    bench.settle("lease", done(1))

    settlement = bench.settle("lease", done(0), done(1), done(2))

    assert (settlement.accepted, settlement.stale, settlement.settled) == (2, 1, 3)


def test_a_result_that_comes_after_its_lease_was_reaped_is_refused(bench: Bench) -> None:
    """Invariant 3: another worker may hold the node by now, or have settled it."""
    bench.publish(hub(2))
    bench.claim(lease="late", lease_ms=SHORT)
    bench.wait_until(lambda: bench.help_along().ready == 1)

    assert bench.settle("late", done(0)).stale == 1
    bench.claim(lease="second")
    assert bench.settle("late", done(0)).stale == 1
    assert bench.outcomes() == {}

    assert bench.settle("second", done(0)).accepted == 1
    before = bench.everything()
    assert bench.settle("late", done(0)).stale == 1
    assert bench.everything() == before


def test_a_result_that_comes_before_its_ended_lease_is_reaped_counts(bench: Bench) -> None:
    """Nobody else holds the node, so the work that was done is not thrown away, nor is a crash counted."""
    bench.publish(hub(2))
    bench.claim(lease_ms=SHORT)
    bench.wait_until(lambda: bench.zset_of("leases")["lease"] < bench.now())

    settlement = bench.settle("lease", done(0))

    assert (settlement.accepted, settlement.stale, settlement.edges) == (1, 0, 2)
    assert bench.hash_of("crashes") == {}


def test_a_node_that_was_given_back_is_not_settled_by_who_gave_it_back(bench: Bench) -> None:
    """Invariant 3: also not while it waits for its next attempt."""
    bench.publish(plan_of(2))
    bench.claim()
    bench.settle("lease", retry(0, 60_000), release(1, 60_000))

    settlement = bench.settle("lease", done(0), done(1))

    assert (settlement.accepted, settlement.stale) == (0, 2)
    assert bench.outcomes() == {}
