"""Renewing: a worker that is alive keeps its leases, and one that was too slow learns it."""

from tests.integration.engine.bench import LONG, SHORT, Bench, done
from tests.integration.engine.graphs import plan_of


def test_a_renewed_lease_lasts_from_now_on(bench: Bench) -> None:
    """By the clock of Redis."""
    bench.publish(plan_of(1))
    bench.claim(lease_ms=LONG // 2)

    before = bench.now()
    lost = bench.renew("lease", lease_ms=LONG)

    assert lost == set()
    assert before + LONG <= bench.zset_of("leases")["lease"] <= bench.now() + LONG


def test_several_leases_are_renewed_at_once(bench: Bench) -> None:
    """A worker holds one for each batch."""
    bench.publish(plan_of(2))
    for lease in ("one", "other"):
        bench.claim(1, lease=lease, lease_ms=LONG // 2)

    before = bench.now()
    assert bench.renew("one", "other") == set()

    assert min(bench.zset_of("leases").values()) >= before + LONG


def test_a_lease_that_is_renewed_in_time_is_not_reaped(bench: Bench) -> None:
    """It outlasts the deadline that it was given first."""
    bench.publish(plan_of(1))
    bench.claim(lease_ms=1000)
    first_deadline = bench.zset_of("leases")["lease"]
    assert bench.renew("lease") == set()

    bench.wait_until(lambda: bench.now() > first_deadline)

    assert bench.help_along().ready == 0
    assert bench.settle("lease", done(0)).accepted == 1


def test_a_lease_that_has_ended_is_not_lost_before_somebody_has_reaped_it(bench: Bench) -> None:
    """Its holder was slow, or Redis was away; nobody else holds its nodes."""
    bench.publish(plan_of(1))
    bench.claim(1, lease="late", lease_ms=SHORT)
    bench.wait_until(lambda: bench.zset_of("leases")["late"] < bench.now())

    assert bench.renew("late") == set()
    assert bench.zset_of("leases")["late"] > bench.now()
    assert bench.help_along().ready == 0


def test_a_lease_that_was_reaped_or_never_given_is_lost(bench: Bench) -> None:
    """A renewal does not make a lease."""
    bench.publish(plan_of(2))
    bench.claim(1, lease="died")
    bench.lose("died")
    before = bench.everything()

    assert bench.renew("died", "never given") == {"died", "never given"}
    assert bench.everything() == before


def test_a_lease_whose_nodes_have_all_settled_is_over(bench: Bench) -> None:
    """Nothing is left to keep."""
    bench.publish(plan_of(2))
    bench.claim(1)
    bench.settle("lease", done(0))

    assert bench.renew("lease") == {"lease"}
    assert bench.zset_of("leases") == {}


def test_a_worker_renews_in_seconds(bench: Bench) -> None:
    """As workers do."""
    bench.publish(plan_of(1))
    claim = bench.do(bench.run.claim("a lease", 1, 30.0))

    before = bench.now()
    assert bench.do(bench.run.renew([claim.token, "other"], 60.0)) == {"other"}

    assert before + 60_000 <= bench.zset_of("leases")[claim.token] <= bench.now() + 60_000
