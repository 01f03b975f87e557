"""Reaping: a worker that no longer speaks loses its nodes, and a node that takes its workers with it fails."""

import json

from migrator.engine.scripts import RunState
from tests.integration.engine.bench import SHORT, Bench, done, retry
from tests.integration.engine.graphs import chain, plan_of


def test_the_nodes_of_a_lease_that_has_ended_become_suspects(bench: Bench) -> None:
    """Whoever calls next reaps it."""
    bench.publish(plan_of(3))
    bench.claim(2, lease="died", lease_ms=SHORT)

    bench.wait_until(lambda: bench.help_along().ready == 3)

    assert bench.list_of("suspect") == ["0", "1"]
    assert bench.hash_of("crashes") == {"0": "1", "1": "1"}
    assert bench.hash_of("claimed") == bench.hash_of("lease") == {}
    assert bench.zset_of("leases") == {}
    assert bench.list_of("ready") == ["2"]


def test_a_lease_that_has_not_ended_is_left_alone(bench: Bench) -> None:
    """However often somebody helps along."""
    bench.publish(plan_of(2))
    bench.claim()
    before = bench.everything()

    bench.help_along()

    assert bench.everything() == before


def test_what_was_settled_before_the_worker_died_is_no_suspect(bench: Bench) -> None:
    """Nor is what it had given back."""
    bench.publish(plan_of(3))
    bench.claim(lease="died")
    bench.settle("died", done(0), retry(1, 60_000))

    bench.lose("died")

    assert bench.list_of("suspect") == ["2"]
    assert bench.hash_of("crashes") == {"2": "1"}


def test_one_call_reaps_one_lease(bench: Bench) -> None:
    """Invariant 12: work per call is bounded, also when a whole deployment of workers has died. The oldest is first."""
    bench.publish(plan_of(6))
    for lease in ("first", "second", "third"):
        bench.claim(2, lease=lease)
        assert bench.renew(lease, lease_ms=0) == set()

    waiting = [bench.help_along().ready for _ in range(4)]

    assert waiting == [2, 4, 6, 6]
    assert bench.list_of("suspect") == ["0", "1", "2", "3", "4", "5"]


def test_results_are_taken_before_a_lease_is_reaped(bench: Bench) -> None:
    """A worker that was only slow loses what it has not done, not what it has."""
    bench.publish(plan_of(2))
    bench.claim(lease="slow")
    bench.renew("slow", lease_ms=0)

    settlement = bench.settle("slow", done(0))

    assert settlement.accepted == 1
    assert bench.outcomes() == {0: "created"}
    assert bench.list_of("suspect") == ["1"]


def test_a_node_whose_workers_die_fails_at_the_limit(bench: Bench) -> None:
    """Invariant 1: its outcome says why. Its dependents are skipped, and the run comes to an end."""
    bench.publish(chain(3))

    for crash in range(2):
        bench.claim(lease=f"died {crash}")
        bench.lose(f"died {crash}", crash_limit=3)
        assert bench.list_of("suspect") == ["0"]
    bench.claim(lease="died last")
    bench.lose("died last", crash_limit=3)

    outcome, _, error = bench.outcomes()[0].partition(" ")
    assert outcome == "failed"
    assert json.loads(error) == {"type": "WorkerDied", "message": "3 workers died holding it"}
    assert bench.outcomes()[2] == "skipped 1"
    assert bench.hash_of("tally") == {"failed variable": "1", "skipped variable": "2"}
    assert bench.status().state is RunState.FINISHED


def test_whose_call_reaps_is_told_what_became_of_it(bench: Bench) -> None:
    """So that one process, and only one, says it in its log and counts it: a lease, who failed, and who was skipped."""
    bench.publish(chain(3))
    bench.claim(lease="died")
    bench.renew("died", lease_ms=0)

    reaping, after = bench.help_along(crash_limit=1), bench.help_along()

    assert (reaping.reaped, after.reaped) == (1, 0)
    assert (reaping.failed, after.failed) == ((0,), ())
    assert (reaping.tallied, after.tallied) == ({"failed variable": 1, "skipped variable": 2}, {})


def test_crashes_and_tries_are_counted_apart(bench: Bench) -> None:
    """A destination that answers 503 for an hour does not make a node one that kills workers."""
    bench.publish(plan_of(1))
    for attempt in range(5):
        bench.claim_and_settle(retry(0), lease=f"tried {attempt}")
    bench.claim(lease="died")
    bench.lose("died", crash_limit=2)

    assert bench.hash_of("tries") == {"0": "5"}
    assert bench.hash_of("crashes") == {"0": "1"}
    assert bench.do(bench.run.attempts([0])) == [6]
    assert bench.outcomes() == {}


def test_a_suspect_that_was_written_after_all_settles_like_any_other(bench: Bench) -> None:
    """Invariant 9: a node may run twice; its effect may not."""
    bench.publish(chain(2))
    bench.claim(lease="died")
    bench.lose("died")

    assert bench.claim_and_settle(done(0, outcome="exists"), lease="second").edges == 1

    assert bench.outcomes() == {0: "exists"}
    assert bench.list_of("ready") == ["1"]
