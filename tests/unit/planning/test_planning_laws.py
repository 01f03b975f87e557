"""Laws of planning, for inventories of any shape."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds import kind_named
from migrator.model.inventory import Inventory
from migrator.model.keys import Key
from migrator.model.plan import Action
from migrator.planning.selection import select
from tests.unit.planning.inventories import AUTOMATIONS, DESTINATIONS, inventories, plan

many = settings(max_examples=300)
any_plan = given(source=inventories(), destination=DESTINATIONS)


@many
@any_plan
def test_everything_that_was_discovered_is_planned_once(source: Inventory, destination: Inventory) -> None:
    """Invariant 1: the counts add up; only block schemas that nobody uses stay behind."""
    made = plan(source, destination)
    planned = [resource.key for resource in made.resources]
    left = source.resources.keys() - set(planned)

    assert len(planned) == len(set(planned)) == sum(counter.total() for counter in made.counts().values())
    assert left.isdisjoint(need for key in planned for need in source.resources[key].needs)
    assert all(kind_named(key).only_used for key in left)
    assert set(planned) <= source.resources.keys()


@many
@any_plan
def test_what_is_there_already_exists_whatever_else_is_wrong(source: Inventory, destination: Inventory) -> None:
    """Invariants 4 and 6: it is left as it is, and what differs is said."""
    for resource in plan(source, destination).resources:
        there = destination.resources.get(resource.key)
        assert (resource.action is Action.EXISTS) is (there is not None)
        if there is not None:
            unequal = there.digest != source.resources[resource.key].digest
            assert (resource.destination_id, resource.differences) == (there.id, ("/field",) if unequal else ())


@many
@any_plan
def test_exactly_what_cannot_have_all_that_it_needs_is_skipped(source: Inventory, destination: Inventory) -> None:
    """Invariant 4: only what is unsupported or in a circle blocks, and what needs it, and what needs that."""
    made = plan(source, destination)

    assert {resource.key for resource in made.resources if resource.action is Action.SKIP} == lost(source, destination)


@many
@any_plan
def test_a_skip_names_its_reason(source: Inventory, destination: Inventory) -> None:
    """Invariant 1: unsupported and why, in a circle, or blocked by whom, and that is all who block it."""
    missing = {need for resource in source.resources.values() for need in resource.needs} - source.resources.keys()
    unavailable = lost(source, destination) | missing - destination.resources.keys()
    without_beginning = in_circles(source, destination)

    for resource in plan(source, destination).resources:
        original = source.resources[resource.key]
        if resource.action is not Action.SKIP:
            assert (resource.reason, resource.blocked_by) == ("", ())
        elif original.problem:
            assert resource.reason == original.problem
        elif resource.key in without_beginning:
            assert resource.reason.startswith("it refers to itself")
        else:
            assert sorted(resource.blocked_by) == sorted(unavailable & set(original.needs))
            assert all(blocker in resource.reason for blocker in resource.blocked_by)


@many
@any_plan
def test_what_is_created_finds_all_that_it_needs(source: Inventory, destination: Inventory) -> None:
    """Invariant 2: each need is created by this run, or there."""
    made = plan(source, destination)
    coming = {resource.key for resource in made.resources if resource.action is Action.CREATE}

    for key in coming:
        assert set(source.resources[key].needs) <= coming | destination.resources.keys()


@many
@given(source=inventories(), destination=DESTINATIONS, held=st.booleans(), seed=st.integers(0, 2**32))
def test_the_same_inventories_make_the_same_plan(
    *, source: Inventory, destination: Inventory, held: bool, seed: int
) -> None:
    """Invariant 14: also when a server lists them in another order the second time."""
    shuffled = list(source.resources.values())
    Random(seed).shuffle(shuffled)  # noqa: S311 - an order that Hypothesis draws and repeats

    assert plan(Inventory.of(shuffled), destination, held=held).digest == plan(source, destination, held=held).digest


@many
@any_plan
def test_an_automation_is_bare_when_it_is_created_in_a_circle(source: Inventory, destination: Inventory) -> None:
    """What is there needs no second write, and breaks the circle."""
    made = plan(source, destination)
    coming = {resource.key for resource in made.resources if resource.action is Action.CREATE}

    for resource in made.resources:
        if resource.key in AUTOMATIONS:
            in_circle = resource.key in coming and resource.key in reachable(source, resource.key, coming)
            assert resource.bare is in_circle


@many
@given(source=inventories())
def test_a_second_run_has_nothing_to_do(source: Inventory) -> None:
    """Everything exists, nothing differs, no node has work."""
    made = plan(source, Inventory.of(source.resources.values()), held=False)

    assert {resource.action for resource in made.resources} <= {Action.EXISTS}
    assert not any(resource.differences for resource in made.resources)
    assert made.graph.degree == {}


def lost(source: Inventory, destination: Inventory) -> set[Key]:
    """What cannot come: it has a problem, is in a circle, or needs what neither comes nor is there.

    By going round until it stays.
    """
    resources = {
        resource.key: resource
        for resource in select(source).resources.values()
        if resource.key not in destination.resources
    }
    gone = {key for key, resource in resources.items() if resource.problem} | in_circles(source, destination)
    while True:
        coming = (resources.keys() - gone) | destination.resources.keys()
        blocked = {key for key, resource in resources.items() if not coming.issuperset(resource.needs)}
        if blocked <= gone:
            return gone
        gone |= blocked


def in_circles(source: Inventory, destination: Inventory) -> set[Key]:
    """What refers to itself by way of nothing that could be created bare."""
    coming = {r.key for r in select(source).resources.values() if r.key not in destination.resources and not r.problem}
    fixed = {key for key in coming if kind_named(key).bare is None}
    return {key for key in fixed if key in reachable(source, key, fixed)}


def reachable(source: Inventory, start: Key, within: set[Key]) -> set[Key]:
    """What one comes to by following needs."""
    found: set[Key] = set()
    ahead = {start}
    while ahead:
        ahead = {need for key in ahead for need in source.resources[key].needs if need in within} - found
        found |= ahead
    return found
