"""Settling: Kahn's algorithm. Outcome, one dependency less for each dependent, then ready or skipped."""

import pytest

from migrator.engine.scripts import Result, RunState, Settlement
from tests.integration.engine.bench import Bench, done, failed
from tests.integration.engine.graphs import chain, hub, plan_of


def test_a_finished_node_gets_its_outcome(bench: Bench) -> None:
    """Invariant 1: one outcome each, counted once."""
    bench.publish(plan_of(4))
    bench.claim()

    settlement = bench.settle("lease", done(0, "id-0"), done(1, outcome="exists"), failed(2, '{"type":"Conflict"}'))

    assert bench.outcomes() == {0: "created", 1: "exists", 2: 'failed {"type":"Conflict"}'}
    assert bench.hash_of("tally") == {"created variable": "1", "exists variable": "1", "failed variable": "1"}
    assert bench.hash_of("run")["settled"] == "3"
    assert settlement == Settlement(
        *(3, 0),
        ready=0,
        walking=0,
        state=RunState.RUNNING,
        settled=3,
        edges=0,
        reaped=0,
        failed=(2,),
        tallied={"created variable": 1, "exists variable": 1, "failed variable": 1},
    )


def test_a_destination_id_is_recorded_where_there_is_one(bench: Bench) -> None:
    """Dependents look it up under the number of the resource; a later node of the resource does not erase it."""
    bench.publish(plan_of(3))

    bench.claim_and_settle(done(0, "id-0"), done(1), failed(2))

    assert bench.hash_of("id") == {"0": "id-0"}
    assert bench.do(bench.run.destination_ids([0, 1, 2])) == {0: "id-0"}


def test_an_error_may_hold_anything(bench: Bench) -> None:
    """Line breaks and spaces of a message are kept as they are."""
    error = '{"type":"X","message":"two words,\nanother line"}'
    bench.publish(plan_of(1))

    bench.claim_and_settle(failed(0, error))

    assert bench.outcomes() == {0: f"failed {error}"}


def test_a_node_leaves_its_lease_when_it_settles(bench: Bench) -> None:
    """Slow nodes keep the lease; the last one ends it."""
    bench.publish(plan_of(3))
    bench.claim()

    bench.settle("lease", done(1))
    assert bench.hash_of("claimed") == {"0": "lease", "2": "lease"}
    assert bench.hash_of("lease")["lease:left"] == "2"

    bench.settle("lease", done(2), done(0))
    assert bench.hash_of("claimed") == bench.hash_of("lease") == {}
    assert bench.zset_of("leases") == {}


def test_a_dependent_becomes_ready_when_its_dependency_settles(bench: Bench) -> None:
    """Invariant 2: not before."""
    bench.publish(chain(3))
    assert bench.hash_of("degree") == {"1": "1", "2": "1"}

    settlement = bench.claim_and_settle(done(0))

    assert bench.list_of("ready") == ["1"]
    assert bench.hash_of("degree") == {"2": "1"}
    assert settlement.ready == 1
    assert settlement.edges == 1


def test_the_last_of_several_dependencies_decides(bench: Bench) -> None:
    """Invariant 3: each edge is counted once, in whatever order they settle."""
    bench.publish(plan_of(4, needs=[(0, 3), (1, 3), (2, 3)]))
    bench.claim()

    for node, left in ((2, "2"), (0, "1")):
        bench.settle("lease", done(node))
        assert bench.hash_of("degree") == {"3": left}
        assert bench.list_of("ready") == []

    bench.settle("lease", done(1))
    assert bench.hash_of("degree") == {}
    assert bench.list_of("ready") == ["3"]


def test_two_edges_between_two_nodes_count_as_two(bench: Bench) -> None:
    """A resource may both refer to another and name it in a template."""
    bench.publish(plan_of(2, needs=[(0, 1), (0, 1)], after=[(0, 1)]))

    settlement = bench.claim_and_settle(done(0))

    assert settlement.edges == 3
    assert bench.list_of("ready") == ["1"]


def test_what_needs_a_failed_node_is_skipped_and_names_it(bench: Bench) -> None:
    """Invariant 1: a skip says by whom it was blocked."""
    bench.publish(plan_of(3, needs=[(0, 1)]))

    bench.claim_and_settle(failed(0), done(2))

    assert bench.outcomes() == {0: failed_outcome(), 1: "skipped 0", 2: "created"}
    assert bench.hash_of("tally") == {"failed variable": "1", "skipped variable": "1", "created variable": "1"}
    assert bench.list_of("ready") == []


def test_a_skip_cascades_and_each_names_what_it_needs_itself(bench: Bench) -> None:
    """From the last to the first, a reader finds the cause."""
    bench.publish(chain(5))

    settlement = bench.claim_and_settle(failed(0))

    assert bench.outcomes() == {0: failed_outcome(), 1: "skipped 0", 2: "skipped 1", 3: "skipped 2", 4: "skipped 3"}
    assert settlement.state is RunState.FINISHED


def test_a_node_is_skipped_only_when_its_last_dependency_has_settled(bench: Bench) -> None:
    """Until then it is remembered which one failed; the first of them is named."""
    bench.publish(plan_of(4, needs=[(0, 3), (1, 3), (2, 3)]))
    bench.claim()

    bench.settle("lease", failed(1))
    bench.settle("lease", failed(0))
    assert bench.hash_of("blocked") == {"3": "1"}
    assert 3 not in bench.outcomes()

    bench.settle("lease", done(2))
    assert bench.outcomes()[3] == "skipped 1"
    assert bench.hash_of("blocked") == {}


@pytest.mark.parametrize("result", [done(0), failed(0)])
def test_an_edge_that_only_orders_is_counted_down_whatever_the_outcome(result: Result, bench: Bench) -> None:
    """The queues of a pool follow one another; one that fails does not take the next with it."""
    bench.publish(plan_of(2, after=[(0, 1)]))
    bench.claim()
    assert bench.hash_of("dependents") == {"0": "~1"}

    bench.settle("lease", result)

    assert bench.list_of("ready") == ["1"]
    assert bench.hash_of("blocked") == {}


def test_an_edge_that_only_orders_does_not_pass_a_skip_on(bench: Bench) -> None:
    """0 fails, 1 needs it, 2 only comes after 1."""
    bench.publish(plan_of(3, needs=[(0, 1)], after=[(1, 2)]))

    bench.claim_and_settle(failed(0))

    assert bench.outcomes()[1] == "skipped 0"
    assert bench.list_of("ready") == ["2"]


def test_a_node_that_both_needs_and_follows_is_blocked_by_what_it_needs_only(bench: Bench) -> None:
    """1 only comes before 3 and fails; 0 is needed and arrives."""
    bench.publish(plan_of(3, needs=[(0, 2)], after=[(1, 2)]))

    bench.claim_and_settle(failed(1), done(0))

    assert bench.list_of("ready") == ["2"]


@pytest.mark.parametrize("outcome", ["created", "exists", "updated"])
def test_every_good_outcome_lets_dependents_go_on(outcome: str, bench: Bench) -> None:
    """Invariant 4: already there is success."""
    bench.publish(chain(2))

    bench.claim_and_settle(done(0, outcome=outcome))

    assert bench.list_of("ready") == ["1"]


def test_the_last_node_finishes_the_run(bench: Bench) -> None:
    """With the time by the clock of Redis."""
    bench.publish(chain(2))
    bench.claim_and_settle(done(0))
    assert bench.status().state is RunState.RUNNING

    before = bench.now()
    settlement = bench.claim_and_settle(done(1))

    assert settlement.state is RunState.FINISHED
    assert before <= bench.status().ended <= bench.now()


def test_a_finished_run_leaves_its_ledger_and_nothing_else(bench: Bench) -> None:
    """Invariant 10: no body but of the one that failed. Invariant 15: the ledger outlives the run."""
    bench.publish(hub(3))
    bench.claim_and_settle(done(0, "id-0"))
    bench.claim_and_settle(done(1, "id-1"), failed(2), done(3, "id-3"))

    left = {key.rpartition(":")[2] for key, content in bench.everything().items() if content is not None}

    assert left == {"run", "outcome", "tally", "id", "resource", "pace", "body", "failures"}


@pytest.mark.parametrize("state", [RunState.PAUSED, RunState.CANCELLED])
def test_what_was_claimed_before_a_pause_settles_all_the_same(state: RunState, bench: Bench) -> None:
    """What a worker has written is known, and its dependents are ready for the time after."""
    bench.publish(chain(2))
    bench.claim()
    bench.turn(state)

    settlement = bench.settle("lease", done(0, "id-0"))

    assert settlement.state is state
    assert bench.outcomes() == {0: "created"}
    assert bench.list_of("ready") == ["1"]


def test_helping_along_with_a_run_that_is_not_there_changes_nothing(bench: Bench) -> None:
    """A worker may still look after a run that was purged."""
    assert bench.help_along().state is None
    assert bench.everything() == {}


def failed_outcome() -> str:
    """What the ledger says of a node that failed as these do."""
    return f"failed {failed(0).detail}"
