"""What an earlier run has written in part is completed, and nothing of it is written twice."""

from migrator.model.inventory import Inventory, Resource
from migrator.model.keys import Key
from migrator.model.outcome import Outcome
from migrator.model.plan import Action, Plan, Step
from migrator.planning.planning import make_plan

FLOW = Resource(Key("flow/etl"), "f1")
AUTOMATION = Resource(Key("automation/Night shift"), "a1", digest="whole", needs=(Key("flow/etl"),), live=True)
DEPLOYMENT = Resource(Key("deployment/etl/nightly"), "d1", digest="whole", needs=(Key("flow/etl"),), completes=True)
QUEUE = Resource(Key("work-queue/k8s/default"), "q1", digest="tuned", comes_along=True)
VARIABLE = Resource(Key("variable/x"), "v1", digest="1")


def plan_for(resource: Resource, *, begun: bool, held: bool = True) -> Plan:
    """A plan for a flow that is still to come and a resource that is there, with other content."""
    there = Resource(resource.key, "there", digest="half")
    return make_plan(
        Inventory.of([FLOW, resource]),
        Inventory.of([there]),
        lambda _: ("/trigger",),
        held=held,
        begun={resource.key} if begun else set(),
    )


def steps(plan: Plan) -> list[Step]:
    """What is left to do for the second resource."""
    return [step for resource, step in plan.graph.steps.values() if resource == 1]


def test_what_nobody_has_begun_is_left_as_it_is() -> None:
    """Invariant 6: another's automation is not ours to complete."""
    plan = plan_for(AUTOMATION, begun=False)
    assert plan.resources[1].action is Action.EXISTS
    assert steps(plan) == []


def test_an_automation_that_may_be_bare_is_completed() -> None:
    """Its first write has settled, its second one waits for what it refers to."""
    plan = plan_for(AUTOMATION, begun=True)
    assert plan.resources[1].settled is Outcome.CREATED
    assert plan.resources[1].destination_id == "there"
    assert steps(plan) == [Step.COMPLETE]
    [completing] = plan.graph.steps
    assert plan.graph.needs.keys() == {0}
    assert plan.graph.dependents(0) == [(completing, True)]
    assert 1 not in plan.graph.degree


def test_an_automation_that_was_to_act_is_enabled_after_its_completion() -> None:
    """Invariant 8: with --live, and after everything else."""
    plan = plan_for(AUTOMATION, begun=True, held=False)
    assert steps(plan) == [Step.COMPLETE, Step.ENABLE]


def test_a_deployment_gets_the_schedules_that_are_missing() -> None:
    """Only one whose schedules take a second write."""
    assert steps(plan_for(DEPLOYMENT, begun=True)) == [Step.COMPLETE]


def test_a_default_queue_is_adjusted_by_its_first_write() -> None:
    """It came along with its pool, so its only write is still to come."""
    plan = plan_for(QUEUE, begun=True)
    assert plan.resources[1].settled is None
    assert plan.graph.degree[1] == 0


def test_what_takes_one_write_is_there_when_it_is_there() -> None:
    """A variable cannot be half."""
    assert plan_for(VARIABLE, begun=True).resources[1].action is Action.EXISTS


def test_what_is_completed_is_said() -> None:
    """And it is part of what the plan's digest stands for."""
    begun, kept = plan_for(AUTOMATION, begun=True), plan_for(AUTOMATION, begun=False)
    assert "an earlier run has begun it" in begun.resources[1].warnings[0]
    assert begun.digest != kept.digest
