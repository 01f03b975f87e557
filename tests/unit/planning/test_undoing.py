"""Undoing: what was created goes, dependents first; what was changed is restored; what is needed stays."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from migrator.model.inventory import Inventory, Resource
from migrator.model.plan import Action, Plan, Purpose
from migrator.planning.undoing import Undoable, plan_undo
from tests.unit.planning.graphs import drawn
from tests.unit.planning.inventories import resource

FLOW, POOL = resource("flow/f"), resource("work-pool/p")
QUEUE = resource("work-queue/p/default", "work-pool/p", comes_along=True)
DEPLOYMENT = resource("deployment/f/d", "flow/f", "work-pool/p", "work-queue/p/default")
EVERYTHING = [FLOW, POOL, QUEUE, DEPLOYMENT]


def test_dependents_are_removed_first() -> None:
    """Invariant 15: a deployment before its flow, its pool and its queue; a default queue goes with its pool."""
    made = undo(EVERYTHING, there=EVERYTHING)

    assert actions(made) == [Action.REMOVE] * 4
    assert drawn(made) == {
        "deployment/f/d => flow/f",
        "deployment/f/d => work-pool/p",
        "deployment/f/d => work-queue/p/default",
        "work-pool/p => work-queue/p/default",
    }


def test_an_undo_says_what_it_is_for() -> None:
    """Invariant 14: its digest is not that of a migration; and it keeps the ids that are removed."""
    made = undo([FLOW], there=[FLOW])

    assert (made.purpose, made.held) == (Purpose.ROLLBACK, False)
    assert made.resources[0].destination_id == FLOW.id
    assert replace(made, purpose=Purpose.MIGRATE).digest != made.digest


def test_what_a_stranger_needs_stays_and_so_does_what_that_needs() -> None:
    """Invariant 15: somebody has put a deployment of their own on our pool."""
    stranger = resource("deployment/g/theirs", "work-pool/p")
    made = undo(EVERYTHING, there=[*EVERYTHING, stranger])

    assert actions(made) == [Action.REMOVE, Action.SKIP, Action.SKIP, Action.REMOVE]
    assert made.resources[1].reason == "deployment/g/theirs stays"
    assert made.resources[1].blocked_by == (stranger.key,)
    assert made.resources[2].blocked_by == (POOL.key,), "what came along stays with what it came with"


def test_what_has_changed_since_stays_with_its_reason_and_keeps_what_it_needs() -> None:
    """Invariant 15: nothing is taken from under it."""
    made = plan_undo(
        [created(FLOW), created(POOL), replace(created(DEPLOYMENT), kept="it has changed")], Inventory.of(EVERYTHING)
    )

    assert actions(made) == [Action.SKIP] * 3
    assert [resource.reason for resource in made.resources] == [f"{DEPLOYMENT.key} stays"] * 2 + ["it has changed"]
    assert made.graph.degree == {}


def test_what_is_restored_lets_go_before_what_it_had_got_is_removed() -> None:
    """Invariant 15: the old deployment points to the new pool until it has its old content again."""
    made = plan_undo([created(POOL), changed(DEPLOYMENT)], Inventory.of([POOL, DEPLOYMENT]))

    assert actions(made) == [Action.REMOVE, Action.RESTORE]
    assert drawn(made) == {"deployment/f/d => work-pool/p"}


def test_what_is_restored_keeps_what_it_will_still_need() -> None:
    """Invariant 15: somebody has put the old deployment on the new pool, in a field that the run had not changed."""
    restored = replace(changed(DEPLOYMENT), needs_then=(POOL.key,))
    made = plan_undo([created(POOL), restored], Inventory.of([POOL, DEPLOYMENT]))

    assert actions(made) == [Action.SKIP, Action.RESTORE]
    assert made.resources[0].blocked_by == (DEPLOYMENT.key,)


def test_what_has_been_restored_already_needs_what_it_needs() -> None:
    """Invariant 15: it has its old content, so what it points to now it will point to afterwards."""
    made = plan_undo([created(POOL), replace(changed(DEPLOYMENT), done=True)], Inventory.of(EVERYTHING))

    assert actions(made) == [Action.SKIP, Action.EXISTS]
    assert made.resources[0].blocked_by == (DEPLOYMENT.key,)


@pytest.mark.parametrize("is_created", [True, False])
def test_what_took_the_place_of_ours_is_somebody_elses(*, is_created: bool) -> None:
    """Invariant 6: another one of its name is not touched, and what it needs stays."""
    another = replace(DEPLOYMENT, id="another")
    made = plan_undo([created(FLOW), replace(created(DEPLOYMENT), created=is_created)], Inventory.of([FLOW, another]))

    assert actions(made) == [Action.SKIP, Action.EXISTS]


def test_what_is_gone_counts_as_undone() -> None:
    """Invariant 9."""
    made = undo(EVERYTHING, there=[FLOW])

    assert actions(made) == [Action.REMOVE, Action.EXISTS, Action.EXISTS, Action.EXISTS]
    assert drawn(made) == set()


def test_automations_that_point_at_each_other_are_removed_in_any_order() -> None:
    """There is no order within a circle; what both need still comes last, and what needs one of them first."""
    one = resource("automation/a", "automation/b", "deployment/f/d")
    other = resource("automation/b", "automation/a")
    outer = resource("automation/c", "automation/a")
    there = [DEPLOYMENT, one, other, outer]

    assert drawn(undo(there, there=there)) == {"automation/a => deployment/f/d", "automation/c => automation/a"}


def test_a_default_queue_that_was_changed_is_restored_before_anything_that_it_had_got_goes() -> None:
    """Only what is removed goes with its pool."""
    made = plan_undo([changed(POOL), changed(QUEUE)], Inventory.of([POOL, QUEUE]))

    assert drawn(made) == {"work-queue/p/default => work-pool/p"}


def test_warnings_are_carried() -> None:
    """A reader should know them."""
    made = plan_undo([replace(created(FLOW), warnings=("a part of it",))], Inventory.of([FLOW]))

    assert made.resources[0].warnings == ("a part of it",)


def created(made: Resource) -> Undoable:
    """The migration has created it."""
    return Undoable(made.key, "source", made.id, created=True, comes_along=made.comes_along)


def changed(made: Resource) -> Undoable:
    """The migration has changed it."""
    return replace(created(made), created=False)


def undo(resources: Iterable[Resource], there: Iterable[Resource]) -> Plan:
    """The undoing of a migration that has created some resources."""
    return plan_undo([created(made) for made in resources], Inventory.of(there))


def actions(plan: Plan) -> list[Action]:
    """What happens to each resource."""
    return [resource.action for resource in plan.resources]
