"""Switching: what acts on one side stops there before it begins on the other, and reactions come last."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds import kind_named
from migrator.model.keys import Key
from migrator.model.plan import Action, Plan, Purpose, Step
from migrator.planning.graph import is_acyclic
from migrator.planning.switching import Switchable, plan_switch
from tests.unit.planning.graphs import behind, drawn, edges, steps_of

KEYS = [Key("deployment/f/a"), Key("deployment/f/b"), Key("automation/a"), Key("automation/b"), Key("deployment/f/c")]
ACTING = st.sampled_from([True, False, None])
ITEMS = st.lists(
    st.builds(
        Switchable,
        key=st.sampled_from(KEYS),
        source_id=st.just("here"),
        destination_id=st.just("there"),
        acts_at_source=ACTING,
        acts_at_destination=ACTING,
        reason=st.sampled_from(["", "", "", "it has not arrived"]),
    ),
    max_size=5,
    unique_by=lambda item: item.key,
)
DEPLOYMENT = Switchable(Key("deployment/f/d"), "here", "there", acts_at_source=True, acts_at_destination=False)
AUTOMATION = replace(DEPLOYMENT, key=Key("automation/a"))
any_switch = given(items=ITEMS, back=st.booleans(), drained=st.booleans())
many = settings(max_examples=150)


@many
@any_switch
def test_nothing_acts_before_it_is_still_on_the_other_side(
    *, items: list[Switchable], back: bool, drained: bool
) -> None:
    """Invariant 8: a resource is released through its own still, and if one waits, through its own drain."""
    made = plan_switch(items, back=back, drained=drained)
    needs = {other: one for one, other, needed in edges(made) if needed}
    drains = steps_of(made, Step.DRAIN)

    assert set(steps_of(made, Step.RELEASE).values()) == set(steps_of(made, Step.STILL))
    for node, resource in steps_of(made, Step.RELEASE).items():
        waits = drained and kind_named(made.resources[resource].key).under_way is not None
        before = needs[node]
        assert drains.get(before) == (resource if waits else None)
        assert (needs[before] if waits else before) == resource


@many
@any_switch
def test_reactions_begin_when_all_that_they_may_react_to_has_been_switched(
    *, items: list[Switchable], back: bool, drained: bool
) -> None:
    """Invariant 8: no automation is touched before the last deployment is released; a failure does not stop them."""
    made = plan_switch(items, back=back, drained=drained)
    stills, releases = steps_of(made, Step.STILL), steps_of(made, Step.RELEASE)
    reacting = {node for node in stills if made.resources[node].key.startswith("automation/")}

    for node, resource in releases.items():
        if resource not in reacting:
            assert reacting <= behind(made, node)
            assert not reacting & {other for one, other, needed in edges(made) if one == node and needed}


@many
@any_switch
def test_the_graph_has_no_cycle_and_degrees_count_its_edges(
    *, items: list[Switchable], back: bool, drained: bool
) -> None:
    """Invariant 3."""
    made = plan_switch(items, back=back, drained=drained)
    waited_for = [other for _, other, _ in edges(made)]

    assert is_acyclic(made.graph)
    assert made.graph.degree == {node: waited_for.count(node) for node in made.graph.degree}
    assert set(waited_for) <= made.graph.degree.keys()


@many
@any_switch
def test_only_what_is_to_be_switched_has_work(*, items: list[Switchable], back: bool, drained: bool) -> None:
    """Invariant 9: what is switched already is not touched again, and what is gone or not ours never is."""
    made = plan_switch(items, back=back, drained=drained)

    assert [resource.key for resource in made.resources] == [item.key for item in items]
    for node, (item, resource) in enumerate(zip(items, made.resources, strict=True)):
        sides = (item.acts_at_source, item.acts_at_destination)
        stops, begins = reversed(sides) if back else sides
        is_lost = bool(item.reason) or begins is None
        expected = Action.SKIP if is_lost else Action.EXISTS if begins and not stops else Action.SWITCH
        assert resource.action is expected
        assert (node in made.graph.degree) is (expected is Action.SWITCH)
        assert bool(resource.reason) is is_lost


@many
@given(items=ITEMS, drained=st.booleans())
def test_back_is_the_mirror_image(*, items: list[Switchable], drained: bool) -> None:
    """The same plan as forward, of two workspaces whose parts are exchanged."""
    mirrored = [
        replace(item, acts_at_source=item.acts_at_destination, acts_at_destination=item.acts_at_source)
        for item in items
    ]
    back, forward = plan_switch(items, back=True, drained=drained), plan_switch(mirrored, drained=drained)

    assert [resource.action for resource in back.resources] == [resource.action for resource in forward.resources]
    assert (back.graph.steps, edges(back)) == (forward.graph.steps, edges(forward))
    assert (back.purpose, forward.purpose) == (Purpose.CUTOVER_BACK, Purpose.CUTOVER)
    assert back.digest != forward.digest


@pytest.mark.parametrize(
    ("drained", "expected"),
    [
        (
            False,
            {
                "deployment/f/d => deployment/f/d+release",
                "deployment/f/d+release -> barrier",
                "barrier -> automation/a",
                "automation/a => automation/a+release",
            },
        ),
        (
            True,
            {
                "deployment/f/d => deployment/f/d+drain",
                "deployment/f/d+drain => deployment/f/d+release",
                "deployment/f/d+release -> barrier",
                "barrier -> automation/a",
                "automation/a => automation/a+release",
            },
        ),
    ],
)
def test_a_deployment_and_an_automation_are_switched_one_after_the_other(*, drained: bool, expected: set[str]) -> None:
    """As a picture; an automation runs nothing that one could wait for."""
    assert drawn(plan_switch([AUTOMATION, DEPLOYMENT], drained=drained)) == expected


@pytest.mark.parametrize("items", [[DEPLOYMENT], [AUTOMATION]], ids=["deployment", "automation"])
def test_there_is_no_barrier_where_nothing_waits(items: list[Switchable]) -> None:
    """Of one kind alone."""
    assert not steps_of(plan_switch(items), Step.BARRIER)


@pytest.mark.parametrize(
    ("back", "gone", "reason"),
    [
        (False, {"acts_at_destination": None}, "it is not at the destination any more"),
        (True, {"acts_at_source": None}, "it is not at the source any more"),
    ],
)
def test_what_is_gone_is_skipped_and_the_side_is_named(*, back: bool, gone: dict[str, None], reason: str) -> None:
    """Invariant 1: nothing could be released there, so nothing is stilled on the other side."""
    made = plan_switch([replace(DEPLOYMENT, **gone)], back=back)  # type: ignore[arg-type]

    assert (made.resources[0].action, made.resources[0].reason) == (Action.SKIP, reason)
    assert made.graph.degree == {}


def test_what_is_gone_where_it_acted_is_still_released() -> None:
    """It cannot act on both sides."""
    assert actions(plan_switch([replace(DEPLOYMENT, acts_at_source=None)])) == [Action.SWITCH]


@pytest.mark.parametrize("back", [False, True])
def test_what_is_switched_is_not_switched_again(*, back: bool) -> None:
    """Invariant 9: the same again has nothing to do."""
    switched = replace(DEPLOYMENT, acts_at_source=back, acts_at_destination=not back)

    assert actions(plan_switch([switched], back=back)) == [Action.EXISTS]


@pytest.mark.parametrize("change", [lambda p: replace(p, purpose=Purpose.CUTOVER), lambda p: replace(p, held=True)])
def test_a_switch_has_a_digest_of_its_own(change: Callable[[Plan], Plan]) -> None:
    """Invariant 14: what it is for is part of it."""
    made = plan_switch([DEPLOYMENT], back=True)

    assert change(made).digest != made.digest


def actions(plan: Plan) -> list[Action]:
    """What happens to each resource."""
    return [resource.action for resource in plan.resources]
