"""The graph of small plans, drawn: `a => b` says that b needs a, `a -> b` that b only comes after a."""

import pytest

from migrator.kinds.work_pool import WORK_POOL
from migrator.kinds.work_queue import WORK_QUEUE
from migrator.model.keys import Key
from migrator.model.plan import Graph
from migrator.planning.graph import is_acyclic
from tests.unit import rows
from tests.unit.planning.graphs import drawn
from tests.unit.planning.inventories import plan_of, resource
from tests.unit.planning.workspaces import Workspace, listed

FLOW = resource("flow/etl")
DEPLOYMENT = resource("deployment/etl/nightly", "flow/etl", live=True)
AUTOMATION = resource("automation/a", "deployment/etl/nightly", live=True)


def test_what_is_needed_comes_first() -> None:
    """One edge for each reference."""
    assert drawn(plan_of(FLOW, DEPLOYMENT, AUTOMATION)) == {
        "flow/etl => deployment/etl/nightly",
        "deployment/etl/nightly => automation/a",
    }


def test_what_exists_holds_nobody_up() -> None:
    """Invariant 4."""
    assert drawn(plan_of(FLOW, DEPLOYMENT, there=[FLOW])) == set()


def test_what_is_named_in_a_template_comes_first_but_is_not_needed() -> None:
    """By-name references order, no more: a failure of one does not block the other."""
    variable = resource("variable/branch")
    deployment = resource("deployment/etl/nightly", mentions=(variable.key,))

    assert drawn(plan_of(variable, deployment)) == {"variable/branch -> deployment/etl/nightly"}


def test_a_mention_does_not_turn_the_order_round() -> None:
    """The variable holds the deployment's id, and the deployment's template names the variable."""
    variable = resource("variable/branch", "deployment/etl/nightly")
    deployment = resource("deployment/etl/nightly", mentions=(variable.key,))

    assert drawn(plan_of(variable, deployment)) == {"deployment/etl/nightly => variable/branch"}


def test_a_mention_of_itself_is_no_edge() -> None:
    """A variable whose value is a template of itself."""
    assert drawn(plan_of(resource("variable/a", mentions=(Key("variable/a"),)))) == set()


def test_the_queues_of_a_pool_are_written_by_priority_and_the_default_first() -> None:
    """Inserting one moves those of the same and lower priority down, so they come in ascending order."""
    pool = {**rows.WORK_POOL, "base_job_template": {}}
    default = {**rows.DEFAULT_QUEUE, "name": "standard", "priority": 2}
    queues = [{**rows.WORK_QUEUE, "id": f"q{p}", "name": f"q{p}", "priority": p} for p in (4, 1, 3)]
    inventory = Workspace([*listed(WORK_POOL, pool), *listed(WORK_QUEUE, *queues, default)]).inventory()
    orders = {edge for edge in drawn(plan_of(*inventory.resources.values())) if "->" in edge}

    assert {edge.replace("work-queue/kubernetes/", "") for edge in orders} == {
        "standard -> q1",
        "q1 -> q3",
        "q3 -> q4",
    }


def test_a_reference_goes_before_the_priority() -> None:
    """Invariant 2: a queue whose description holds the id of one with a lower priority is written after it."""
    high = resource("work-queue/p/high", "work-queue/p/low", turn=("p", 1))
    low = resource("work-queue/p/low", turn=("p", 2))

    assert drawn(plan_of(high, low)) == {
        "work-queue/p/low => work-queue/p/high",
        "work-queue/p/low -> work-queue/p/high",
    }


def test_the_priority_goes_before_a_mention() -> None:
    """The variable holds the id of the later queue, and the earlier one names the variable."""
    variable = resource("variable/v", "work-queue/p/later")
    later = resource("work-queue/p/later", turn=("p", 2))
    earlier = resource("work-queue/p/earlier", turn=("p", 1), mentions=(variable.key,))

    assert drawn(plan_of(later, variable, earlier)) == {
        "work-queue/p/earlier -> work-queue/p/later",
        "work-queue/p/later => variable/v",
    }


def test_queues_of_different_pools_do_not_wait_for_one_another() -> None:
    """A group is a pool."""
    one, other = (resource(f"work-queue/{pool}/q", turn=(pool, 1)) for pool in "ab")

    assert drawn(plan_of(one, other)) == set()


def test_a_queue_and_an_automation_of_one_name_are_no_group() -> None:
    """Turns are taken within a kind."""
    assert drawn(plan_of(resource("work-queue/a/q", turn=("a", 1)), resource("automation/a", turn=("a", 0)))) == set()


def test_automations_of_one_name_are_written_one_after_another() -> None:
    """In an order that their references allow."""
    first = resource("automation/a", "automation/a#2", turn=("a", 0))
    second = resource("automation/a#2", turn=("a", 0))

    assert drawn(plan_of(first, second)) == {"automation/a#2 => automation/a", "automation/a#2 -> automation/a"}


def test_automations_that_point_at_each_other_are_completed_when_both_are_there() -> None:
    """Each is created bare, without waiting, and completed after the other."""
    one, other = resource("automation/a", "automation/b"), resource("automation/b", "automation/a")

    assert drawn(plan_of(one, other)) == {
        "automation/a => automation/a+complete",
        "automation/b => automation/b+complete",
        "automation/a => automation/b+complete",
        "automation/b => automation/a+complete",
    }


def test_bare_automations_of_one_name_are_written_one_after_another() -> None:
    """Invariant 9: one that was perhaps written is told from its namesakes by when it was, also if it is bare."""
    names = ["automation/a", "automation/a#2"]
    first, second = (resource(one, other, turn=("a", 0)) for one, other in zip(names, reversed(names), strict=True))

    assert drawn(plan_of(first, second)) == {
        "automation/a -> automation/a#2",
        "automation/a => automation/a+complete",
        "automation/a#2 => automation/a#2+complete",
        "automation/a => automation/a#2+complete",
        "automation/a#2 => automation/a+complete",
    }


def test_a_circle_is_broken_where_something_can_be_created_bare() -> None:
    """The automation is there first; the deployment is created whole, with the id of it."""
    deployment = resource("deployment/etl/nightly", "automation/a")
    automation = resource("automation/a", "deployment/etl/nightly")

    assert drawn(plan_of(deployment, automation)) == {
        "automation/a => deployment/etl/nightly",
        "automation/a => automation/a+complete",
        "deployment/etl/nightly => automation/a+complete",
    }


def test_an_automation_that_points_at_itself_is_completed_when_it_is_there() -> None:
    """It needs its own id."""
    assert drawn(plan_of(resource("automation/a", "automation/a"))) == {"automation/a => automation/a+complete"}


def test_a_bare_automation_waits_for_nothing() -> None:
    """All that it refers to is left to its completion, also what is in no cycle."""
    automation = resource("automation/a", "automation/a", "deployment/etl/nightly")

    assert drawn(plan_of(FLOW, DEPLOYMENT, automation)) == {
        "flow/etl => deployment/etl/nightly",
        "automation/a => automation/a+complete",
        "deployment/etl/nightly => automation/a+complete",
    }


def test_what_needs_a_bare_automation_waits_until_it_is_there() -> None:
    """Its id is enough; it need not be complete."""
    one, other = resource("automation/a", "automation/a"), resource("automation/b", "automation/a")

    assert "automation/a => automation/b" in drawn(plan_of(one, other))


def test_a_deployment_with_bounded_schedules_is_completed_by_a_second_write() -> None:
    """It needs its flow before the first write, unlike one that is bare."""
    deployment = resource("deployment/etl/nightly", "flow/etl", completes=True)

    assert drawn(plan_of(FLOW, deployment)) == {
        "flow/etl => deployment/etl/nightly",
        "deployment/etl/nightly => deployment/etl/nightly+complete",
    }


def test_live_automations_are_enabled_when_everything_has_arrived() -> None:
    """Their own failure blocks it; that of others only delays it."""
    held = resource("automation/b", live=False)

    assert drawn(plan_of(FLOW, AUTOMATION, held, there=[DEPLOYMENT], held=False)) == {
        "flow/etl -> barrier",
        "automation/a -> barrier",
        "automation/b -> barrier",
        "automation/a => automation/a+enable",
        "barrier -> automation/a+enable",
    }


def test_an_automation_is_enabled_when_it_is_complete() -> None:
    """A bare one would never fire."""
    assert "automation/a+complete => automation/a+enable" in drawn(
        plan_of(resource("automation/a", "automation/a", live=True), held=False)
    )


@pytest.mark.parametrize("held", [True, False])
def test_deployments_are_not_let_go_at_the_end(*, held: bool) -> None:
    """`--live` creates them as they are; there is nothing to wait for."""
    assert drawn(plan_of(FLOW, DEPLOYMENT, held=held)) == {"flow/etl => deployment/etl/nightly"}


@pytest.mark.parametrize(
    ("graph", "acyclic"),
    [
        (Graph(0), True),
        (Graph(2, degree={0: 0, 1: 1}, needs={0: [1]}), True),
        (Graph(2, degree={0: 1, 1: 1}, needs={0: [1]}, after={1: [0]}), False),
        (Graph(1, degree={0: 1}, after={0: [0]}), False),
    ],
)
def test_a_cycle_would_be_noticed(graph: Graph, *, acyclic: bool) -> None:
    """The last line of defence: such a graph is never published."""
    assert is_acyclic(graph) is acyclic
