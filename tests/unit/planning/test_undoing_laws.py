"""Laws of undoing, for migrations and destinations of any shape."""

from collections.abc import Iterator
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.model.keys import Key
from migrator.model.plan import Action, Plan, Step
from migrator.planning.cycles import cyclic
from migrator.planning.graph import is_acyclic
from tests.unit.planning.inventories import AUTOMATIONS, DEPLOYMENTS
from tests.unit.planning.migrations import Migration, migrations

many = settings(max_examples=200)
any_migration = given(made=migrations())


@many
@any_migration
def test_nothing_is_taken_from_under_what_stays(made: Migration) -> None:
    """Invariant 15: what is removed is needed by nothing that stays, or is restored, at once or through others."""
    removed, needs = removed_by(made.plan), needs_at_the_end(made)

    for key in needs.keys() - removed:
        assert not removed & set(needs[key])


@many
@any_migration
def test_everything_else_that_was_created_is_removed(made: Migration) -> None:
    """Invariant 15: of what is still the migration's own, exactly what nothing that stays needs."""
    own = {item.key for item in made.items if item.created and not item.kept and made.is_present(item)}

    assert removed_by(made.plan) == own - needed(made, own)


@many
@any_migration
def test_everything_that_was_changed_is_restored(made: Migration) -> None:
    """Once, and unless something speaks against it."""
    changed = {i.key for i in made.items if not i.created and not i.kept and not i.done and made.is_present(i)}

    assert restored_by(made.plan) == changed


@many
@given(made=migrations(), seed=st.integers(0, 2**32))
def test_what_needs_something_is_undone_before_it_in_any_order_that_the_graph_allows(
    made: Migration, seed: int
) -> None:
    """Invariant 15: when something goes, nobody needs it any more, but for what goes along and for circles."""
    plan, there = made.plan, dict(made.there.resources)
    circle_of = circles(made)
    along = {item.key for item in made.items if item.comes_along}

    for node in walked(plan, Random(seed)):  # noqa: S311 - an order that Hypothesis draws and repeats
        key = plan.resources[node].key
        mates = circle_of.get(key, {key})
        gone = there.pop(key)
        if plan.resources[node].action is Action.REMOVE:
            assert {other for other, found in there.items() if key in found.needs} <= along | mates
            if key in along:
                assert not (set(gone.needs) & there.keys()) - mates


@many
@any_migration
def test_every_node_is_reached(made: Migration) -> None:
    """Also those of things that refer to one another in a circle."""
    plan = made.plan

    assert is_acyclic(plan.graph)
    assert len(list(walked(plan, Random(0)))) == len(plan.graph.degree)  # noqa: S311 - any order will do


@many
@given(made=migrations([*AUTOMATIONS, *DEPLOYMENTS]))
def test_a_circle_does_not_stay_because_of_itself(made: Migration) -> None:
    """Automations that point at each other are all removed, if nobody else points there."""
    leaving = {item.key for item in made.items if item.created and not item.kept and made.is_present(item)}
    others = [needs for key, needs in needs_at_the_end(made).items() if key not in leaving]

    if not any(leaving & set(needs) for needs in others):
        assert removed_by(made.plan) == leaving


@many
@any_migration
def test_only_what_has_to_be_undone_has_work(made: Migration) -> None:
    """Invariants 1 and 9: what is gone, is another one by now, or is done already, counts as undone."""
    plan = made.plan

    assert [resource.key for resource in plan.resources] == [item.key for item in made.items]
    for node, (item, resource) in enumerate(zip(made.items, plan.resources, strict=True)):
        if item.done or not made.is_present(item):
            assert resource.action is Action.EXISTS
        elif item.kept:
            assert (resource.action, resource.reason) == (Action.SKIP, item.kept)
        has_work = resource.action in {Action.REMOVE, Action.RESTORE}
        assert (node in plan.graph.degree) is has_work
        assert resource.destination_id == item.destination_id


@many
@any_migration
def test_what_stays_for_others_names_one_that_stays(made: Migration) -> None:
    """Invariant 1: a skip names its reason."""
    plan = made.plan
    removed = removed_by(plan)

    for item, resource in zip(made.items, plan.resources, strict=True):
        if resource.action is Action.SKIP and not item.kept:
            [blocker] = resource.blocked_by
            needs = needs_at_the_end(made)
            assert blocker in needs.keys() - removed
            assert blocker in resource.reason
            assert item.key in needs[blocker] or (item.comes_along and blocker in needs[item.key])


@many
@any_migration
def test_a_second_time_there_is_nothing_to_do(made: Migration) -> None:
    """Invariant 9: and what stayed the first time stays again."""
    first, second = made.plan, made.undone().plan

    assert second.graph.degree == {}
    assert [r.key for r in second.resources if r.action is Action.SKIP] == [
        r.key for r in first.resources if r.action is Action.SKIP
    ]


def removed_by(plan: Plan) -> set[Key]:
    """What a plan removes."""
    return {resource.key for resource in plan.resources if resource.action is Action.REMOVE}


def restored_by(plan: Plan) -> set[Key]:
    """What a plan restores."""
    return {resource.key for resource in plan.resources if resource.action is Action.RESTORE}


def needs_at_the_end(made: Migration) -> dict[Key, tuple[Key, ...]]:
    """What each needs or names that is there: what is restored needs what it needed before."""
    restored = restored_by(made.plan)
    then = {item.key: item.needs_then for item in made.items if item.key in restored}
    named = {key: (*found.needs, *found.mentions) for key, found in made.there.resources.items()}
    return {key: then.get(key, needs) for key, needs in named.items()}


def needed(made: Migration, own: set[Key]) -> set[Key]:
    """What has to stay, by going round until it stays; what came along stays with what it needs."""
    there, needs = made.there.resources, needs_at_the_end(made)
    along = {item.key for item in made.items if item.comes_along}
    stays = there.keys() - own
    while True:
        more = {need for key in stays for need in needs[key]}
        more |= {key for key in along & own if stays & set(there[key].needs)}
        if not (more & own) - stays:
            return stays & own
        stays |= more & own


def circles(made: Migration) -> dict[Key, set[Key]]:
    """Of what is undone and refers to itself by way of others that are: those."""
    keys = removed_by(made.plan) | restored_by(made.plan)
    found = cyclic(sorted(keys), lambda key: [need for need in made.there.resources[key].needs if need in keys])
    return {key: set(circle) for circle in found for key in circle}


def walked(plan: Plan, random: Random) -> Iterator[int]:
    """The nodes with work, as workers might do them: any that is ready, then what it lets go."""
    degree = dict(plan.graph.degree)
    ready = [node for node, waits in degree.items() if waits == 0]
    while ready:
        node = ready.pop(random.randrange(len(ready)))
        assert plan.graph.steps[node][1] in {Step.REMOVE, Step.RESTORE}
        yield node
        for dependent, needed in plan.graph.dependents(node):
            assert needed
            degree[dependent] -= 1
            if degree[dependent] == 0:
                ready.append(dependent)
