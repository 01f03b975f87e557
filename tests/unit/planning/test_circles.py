"""Circles of resources of which none can be created before what it refers to."""

import pytest

from migrator.model.keys import Key
from migrator.model.plan import Action, Plan
from tests.unit.planning.inventories import plan_of, resource


@pytest.mark.parametrize(
    "names",
    [["deployment/etl/a"], ["deployment/etl/a", "variable/v"], ["variable/v", "work-queue/p/q", "deployment/etl/a"]],
)
def test_a_circle_without_a_beginning_is_skipped(names: list[str]) -> None:
    """Invariant 1: such as a deployment whose parameters hold its own id. It says so, by way of what."""
    circle = [resource(name, following) for name, following in zip(names, [*names[1:], names[0]], strict=True)]
    made = plan_of(*circle, resource("automation/b"))

    assert actions(made) == {**dict.fromkeys(names, Action.SKIP), "automation/b": Action.CREATE}
    for planned in made.resources[: len(names)]:
        assert planned.reason.startswith("it refers to itself")
        assert all(other in planned.reason for other in set(names) - {planned.key})


def test_what_needs_a_circle_is_skipped() -> None:
    """Invariant 1: and names the part of it that it needs."""
    circle = [resource("deployment/etl/a", "variable/v"), resource("variable/v", "deployment/etl/a")]
    (*_, planned) = plan_of(*circle, resource("automation/a", "variable/v")).resources

    assert (planned.action, planned.blocked_by) == (Action.SKIP, ("variable/v",))


def test_a_circle_of_which_a_part_is_there_has_a_beginning() -> None:
    """Invariant 4: its id is known."""
    circle = [resource("deployment/etl/a", "variable/v"), resource("variable/v", "deployment/etl/a")]

    assert actions(plan_of(*circle, there=[resource("variable/v")])) == {
        "deployment/etl/a": Action.CREATE,
        "variable/v": Action.EXISTS,
    }


@pytest.mark.parametrize("begins", ["deployment/etl/a", "automation/a"])
def test_only_what_can_be_created_bare_is(begins: str) -> None:
    """A circle through an automation begins with it, whichever comes first."""
    ends = {"deployment/etl/a": "automation/a", "automation/a": "deployment/etl/a"}[begins]
    made = plan_of(resource(begins, ends), resource(ends, begins))

    assert set(actions(made).values()) == {Action.CREATE}
    assert {planned.key for planned in made.resources if planned.bare} == {"automation/a"}


def actions(made: Plan) -> dict[Key, Action]:
    """What is done with each resource."""
    return {planned.key: planned.action for planned in made.resources}
