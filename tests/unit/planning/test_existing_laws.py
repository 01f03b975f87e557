"""Laws of what is there already, for inventories of any shape and every policy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds import kind_named
from migrator.model.inventory import Inventory
from migrator.model.keys import Key
from migrator.model.plan import Action, OnExisting, Plan, Step
from migrator.planning.graph import is_acyclic
from migrator.planning.planning import Differences
from tests.unit.planning.graphs import edges, steps_of
from tests.unit.planning.inventories import DIFFERENCES, destinations, inventories, plan

many = settings(max_examples=200)
any_plan = given(
    source=inventories(), destination=destinations(least=3, most=14), differences=DIFFERENCES, held=st.booleans()
)
each_policy = pytest.mark.parametrize("policy", OnExisting)


@each_policy
@many
@any_plan
def test_counts_add_up_under_every_policy(
    *, policy: OnExisting, source: Inventory, destination: Inventory, differences: Differences, held: bool
) -> None:
    """Invariant 1: every resource has one action, and the same ones are planned whatever the policy."""
    made, kept = (
        plan(source, destination, held=held, on_existing=which, differences=differences)
        for which in (policy, OnExisting.KEEP)
    )

    assert sum(counter.total() for counter in made.counts().values()) == len(made.resources)
    assert [resource.key for resource in made.resources] == [resource.key for resource in kept.resources]


@each_policy
@many
@any_plan
def test_the_graph_has_no_cycle_under_any_policy(
    *, policy: OnExisting, source: Inventory, destination: Inventory, differences: Differences, held: bool
) -> None:
    """Every node that has work is reached, and only what has work is counted."""
    made = plan(source, destination, held=held, on_existing=policy, differences=differences)
    working = {node for node, resource in enumerate(made.resources) if resource.settled is None}

    assert is_acyclic(made.graph)
    assert {node for node in made.graph.degree if node < made.graph.resources} == working
    assert all(node in made.graph.degree for edge in edges(made) for node in edge[:2])


@many
@any_plan
def test_keep_touches_nothing_that_is_there(
    *, source: Inventory, destination: Inventory, differences: Differences, held: bool
) -> None:
    """Invariant 6: no update, no failure."""
    made = plan(source, destination, held=held, differences=differences)

    assert not {Action.UPDATE, Action.FAIL} & {resource.action for resource in made.resources}
    assert not any(resource.changes for resource in made.resources)
    assert Step.UPDATE not in {step for _, step in made.graph.steps.values()}


@many
@any_plan
def test_update_changes_exactly_the_fields_that_differ_and_can(
    *, source: Inventory, destination: Inventory, differences: Differences, held: bool
) -> None:
    """Invariants 6 and 8: never whether it acts while that is held; and what has a problem is left alone."""
    made = updating(source, destination, differences, held=held)

    for resource in made.resources:
        original, kind = source.resources[resource.key], kind_named(resource.key)
        kept = {kind.live[0]} if kind.live and held else set()
        fields = {pointer.split("/")[1] for pointer in resource.differences}
        changing = () if original.problem else sorted((fields & set(kind.settable)) - kept)
        assert resource.action is not Action.FAIL
        assert resource.destination_id is not None or not resource.differences
        if resource.action is Action.SKIP:
            assert resource.changes == ()
        else:
            assert resource.changes == tuple(changing)
        if resource.destination_id is not None and resource.action is not Action.SKIP:
            assert resource.action is (Action.UPDATE if changing else Action.EXISTS)


@many
@any_plan
def test_what_the_api_cannot_change_is_said_by_name(
    *, source: Inventory, destination: Inventory, differences: Differences, held: bool
) -> None:
    """Invariant 1, within a resource: a field that stays different is not passed over."""
    made = updating(source, destination, differences, held=held)

    for resource in made.resources:
        fixed = {pointer.split("/")[1] for pointer in resource.differences} - set(kind_named(resource.key).settable)
        warned = " ".join(resource.warnings)
        if problem := source.resources[resource.key].problem:
            assert not resource.differences or problem in warned
        else:
            assert all(f"/{field}, which an update cannot change" in warned for field in fixed)
            assert warned.count("an update cannot change") == len(fixed)


@many
@any_plan
def test_an_update_is_blocked_exactly_when_what_it_needs_cannot_come(
    *, source: Inventory, destination: Inventory, differences: Differences, held: bool
) -> None:
    """Invariant 2; and what is there blocks nobody, because it is there (invariant 4)."""
    made = updating(source, destination, differences, held=held)
    actions = {resource.key: resource.action for resource in made.resources}

    for resource in made.resources:
        assert not set(resource.blocked_by) & destination.resources.keys()
        if resource.action is Action.UPDATE:
            assert all(has_come(need, actions, destination) for need in source.resources[resource.key].needs)
        if resource.action is Action.SKIP and resource.key in destination.resources:
            lost = {n for n in source.resources[resource.key].needs if not has_come(n, actions, destination)}
            assert set(resource.blocked_by) == lost != set()


@many
@any_plan
def test_an_update_waits_for_what_its_new_content_needs(
    *, source: Inventory, destination: Inventory, differences: Differences, held: bool
) -> None:
    """Invariant 2: each need that the run creates; and nothing needs the update itself but what lets it go."""
    made = updating(source, destination, differences, held=held)
    nodes = {resource.key: node for node, resource in enumerate(made.resources)}
    created = {nodes[r.key] for r in made.resources if r.action is Action.CREATE}
    needed = {(one, other) for one, other, is_needed in edges(made) if is_needed}
    enabling = steps_of(made, Step.ENABLE)

    for node in steps_of(made, Step.UPDATE):
        needs = {nodes[need] for need in source.resources[made.resources[node].key].needs if need in nodes} & created
        assert {(need, node) for need in needs} <= needed
        assert all(enabling.get(other) == node for one, other in needed if one == node)


@many
@any_plan
def test_an_update_that_lets_something_act_does_so_at_the_end(
    *, source: Inventory, destination: Inventory, differences: Differences, held: bool
) -> None:
    """Invariant 8: automations are enabled behind everything else, also those that were there."""
    made = updating(source, destination, differences, held=held)
    updated = {node for node, resource in enumerate(made.resources) if resource.action is Action.UPDATE}
    released = {node for node in updated if "enabled" in made.resources[node].changes and made.resources[node].live}

    assert set(steps_of(made, Step.ENABLE).values()) & updated == (set() if held else released)


@many
@any_plan
def test_fail_stops_what_is_there_and_what_needs_it(
    *, source: Inventory, destination: Inventory, differences: Differences, held: bool
) -> None:
    """Invariant 1: but not what comes with a server or with another resource; and a failure is said once."""
    made = plan(source, destination, held=held, on_existing=OnExisting.FAIL, differences=differences)
    stopped = {
        key
        for key in destination.resources.keys() & {resource.key for resource in made.resources}
        if kind_named(key).compared and not source.resources[key].comes_along
    }

    assert {resource.key for resource in made.resources if resource.action is Action.FAIL} == stopped
    assert all(resource.reason for resource in made.resources if resource.action is Action.FAIL)
    assert Action.UPDATE not in {resource.action for resource in made.resources}
    for resource in made.resources:
        needs_stopped = bool(stopped & set(source.resources[resource.key].needs))
        if resource.destination_id is None and needs_stopped:
            assert resource.action is Action.SKIP
            assert source.resources[resource.key].problem or resource.reason


@many
@any_plan
def test_a_digest_tells_policies_apart(
    *, source: Inventory, destination: Inventory, differences: Differences, held: bool
) -> None:
    """Invariant 14: what somebody makes between plan and run is treated by the policy, so it is part of the plan."""
    digests = {
        plan(source, destination, held=held, on_existing=policy, differences=differences).digest
        for policy in OnExisting
    }

    assert len(digests) == len(OnExisting)


@many
@given(source=inventories(), differences=DIFFERENCES)
def test_a_second_run_updates_nothing(source: Inventory, differences: Differences) -> None:
    """Invariant 6: what does not differ is not touched, whatever might be said of its fields."""
    made = updating(source, Inventory.of(source.resources.values()), differences, held=False)

    assert {resource.action for resource in made.resources} <= {Action.EXISTS}
    assert made.graph.degree == {}


def updating(source: Inventory, destination: Inventory, differences: Differences, *, held: bool) -> Plan:
    """A plan that changes what differs."""
    return plan(source, destination, held=held, on_existing=OnExisting.UPDATE, differences=differences)


def has_come(need: Key, actions: dict[Key, Action], destination: Inventory) -> bool:
    """Whether something is there when its time has come."""
    return need in destination.resources or actions.get(need) is Action.CREATE
