"""The ledger, read back: how far each resource came is what its nodes' outcomes say."""

from dataclasses import replace

import pytest

from migrator.coordinator.history import begun
from migrator.coordinator.ledger import Entry, read_ledger
from migrator.errors import UsageError
from migrator.model.keys import Key
from migrator.model.plan import Action, Graph, Plan, PlannedResource, Purpose, Step
from tests.integration.engine.bench import Bench, done, failed, release, retry
from tests.integration.engine.graphs import chain, plan_of

TWO_NODES = plan_of(2, steps={2: (0, Step.COMPLETE)}, needs=[(0, 2)])
"""Resource 0 is created and completed by node 2, resource 1 is of one node."""


def test_every_resource_has_an_entry_in_order(bench: Bench) -> None:
    """Invariant 1: what is there already has ended well before the run begins, and nobody owns a barrier."""
    plan = plan_of(3, exists={1: "id-1"}, skipped=[2], steps={3: (-1, Step.BARRIER)}, after=[(0, 3)])
    first, existing, skipped = published(bench, plan)

    assert [entry.number for entry in (first, existing, skipped)] == [0, 1, 2]
    assert [entry.key for entry in (first, existing, skipped)] == [resource.key for resource in plan.resources]
    assert (existing.first, existing.whole, existing.destination_id) == ("exists", True, "id-1")
    assert (skipped.first, skipped.whole, skipped.tried) == ("skipped", False, False)
    assert (first.first, first.whole, first.tried, first.nodes) == (None, False, False, 1)


def test_what_nobody_has_touched_is_not_in_part(bench: Bench) -> None:
    """Neither that of one node nor that of two."""
    entries = published(bench, TWO_NODES)

    assert [(entry.nodes, entry.tried, entry.in_part) for entry in entries] == [(2, False, False), (1, False, False)]


def test_what_is_claimed_may_have_been_written(bench: Bench) -> None:
    """Invariant 9: until it is settled or given back; a creation of one write is whole or not there."""
    bench.publish(TWO_NODES)
    bench.claim()
    assert [(entry.tried, entry.in_part) for entry in ledger(bench)] == [(True, True), (True, False)]

    bench.settle("lease", release(0), release(1))
    assert [(entry.tried, entry.in_part) for entry in ledger(bench)] == [(False, False), (False, False)]


def test_what_was_tried_without_an_answer_may_have_been_written(bench: Bench) -> None:
    """Invariant 9: it is to be tried again, or its worker has died."""
    bench.publish(TWO_NODES)
    bench.claim()
    bench.settle("lease", retry(0, 60_000))
    assert ledger(bench)[0].tried

    bench.lose("lease")
    assert [entry.tried for entry in ledger(bench)] == [True, True]


def test_what_was_created_is_in_part_until_it_is_completed(bench: Bench) -> None:
    """And knows its id."""
    bench.publish(TWO_NODES)
    bench.claim_and_settle(done(0, "id-0"), done(1, "id-1"))
    begun, whole = ledger(bench)
    assert (begun.first, begun.whole, begun.tried, begun.in_part) == ("created", False, False, True)
    assert (whole.first, whole.whole, whole.tried, whole.in_part) == ("created", True, False, False)
    assert (begun.destination_id, whole.destination_id) == ("id-0", "id-1")

    bench.claim_and_settle(done(2))
    assert (ledger(bench)[0].whole, ledger(bench)[0].in_part) == (True, False)


def test_what_could_not_be_completed_stays_in_part(bench: Bench) -> None:
    """Its completion failed, so the next run has to end it."""
    bench.publish(TWO_NODES)
    bench.claim_and_settle(done(0), done(1))
    bench.claim_and_settle(failed(2))

    assert (ledger(bench)[0].whole, ledger(bench)[0].in_part) == (False, True)


def test_what_was_refused_is_not_in_part(bench: Bench) -> None:
    """Nor is what was skipped because of it."""
    bench.publish(chain(2))
    bench.claim_and_settle(failed(0, '{"type":"Conflict"}'))
    refused, skipped = ledger(bench)

    assert (refused.first, refused.whole, refused.tried, refused.in_part) == (
        "failed",
        False,
        False,
        False,
    )
    assert ((skipped.first or "").split()[0], skipped.whole, skipped.in_part) == ("skipped", False, False)


def test_what_comes_along_is_there_as_soon_as_what_it_comes_with(bench: Bench) -> None:
    """It is in part until it has been adjusted, touched or not."""
    plan = plan_of(1)
    [entry] = published(bench, replace(plan, resources=[replace(plan.resources[0], comes_along=True)]))

    assert (entry.tried, entry.in_part) == (False, True)


@pytest.mark.parametrize(
    ("action", "step", "outcome"),
    [
        (Action.UPDATE, Step.UPDATE, "updated"),
        (Action.SWITCH, Step.STILL, "switched"),
        (Action.REMOVE, Step.REMOVE, "removed"),
        (Action.RESTORE, Step.RESTORE, "restored"),
    ],
)
def test_whatever_a_node_does_it_may_end_well(bench: Bench, action: Action, step: Step, outcome: str) -> None:
    """Its own node may have a step of its own, and only a creation can be in part."""
    bench.publish(one_that(action, step))
    bench.claim()
    assert [(entry.nodes, entry.tried, entry.in_part) for entry in ledger(bench)] == [(1, True, False)]

    bench.settle("lease", done(0, outcome=outcome))
    assert [(entry.first, entry.whole, entry.in_part) for entry in ledger(bench)] == [(outcome, True, False)]


def test_there_is_no_ledger_of_a_run_that_is_not_there(bench: Bench) -> None:
    """Its id was mistyped, or it was purged."""
    with pytest.raises(UsageError, match="there is no run"):
        ledger(bench)


def test_what_a_rollback_has_removed_is_not_begun_any_more(bench: Bench) -> None:
    """Invariant 6: what somebody makes under its name afterwards is not completed as if it were ours."""
    bench.publish(TWO_NODES)
    bench.claim_and_settle(done(0), done(1))
    key = Key("variable/v0")
    assert bench.do(begun([bench.run])) == {key}

    rollback = one_that(Action.REMOVE, Step.REMOVE, purpose=Purpose.ROLLBACK)
    second = Bench(bench.runner, bench.redis, f"{bench.run.id}-back")
    second.publish(rollback)
    assert bench.do(begun([bench.run, second.run])) == {key}

    second.claim_and_settle(done(0, outcome="removed"))
    assert bench.do(begun([bench.run, second.run])) == frozenset()


def one_that(action: Action, step: Step, purpose: Purpose = Purpose.MIGRATE) -> Plan:
    """A plan of one resource, whose own node does something else than create."""
    graph = Graph(1)
    graph.begin(0, step)
    return Plan([PlannedResource(Key("variable/v0"), action, "source")], graph, held=True, purpose=purpose)


def published(bench: Bench, plan: Plan) -> list[Entry]:
    """The ledger of a run that has just begun."""
    bench.publish(plan)
    return ledger(bench)


def ledger(bench: Bench) -> list[Entry]:
    """The ledger of the bench's run."""
    return bench.do(read_ledger(bench.run))
