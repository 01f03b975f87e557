"""The plan as an object: its digest, its counts, its graph."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.model.keys import Key, key_of
from migrator.model.plan import Action, Graph, Plan, PlannedResource, Step

RESOURCES = st.builds(
    PlannedResource,
    key=st.builds(key_of, st.sampled_from(["flow", "variable"]), st.text("abc", min_size=1, max_size=2)),
    action=st.sampled_from(Action),
    source_id=st.just("source"),
    destination_id=st.none() | st.sampled_from(["here", "there"]),
    live=st.none() | st.booleans(),
    digest=st.sampled_from(["", "d1", "d2"]),
)
PLANS = st.lists(RESOURCES, max_size=5, unique_by=lambda resource: resource.key)

ONE = PlannedResource(Key("flow/etl"), Action.CREATE, "source", digest="d1", live=True)


@settings(max_examples=200, deadline=None)
@given(resources=PLANS, seed=st.randoms(use_true_random=False), held=st.booleans())
def test_the_order_of_lists_does_not_change_the_digest(
    *, resources: list[PlannedResource], seed: Random, held: bool
) -> None:
    """Invariant 14: a server may list in another order when `run` asks again; the plan is the same."""
    shuffled = list(resources)
    seed.shuffle(shuffled)

    assert plan(*shuffled, held=held).digest == plan(*resources, held=held).digest


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, key=Key("flow/elt")),
        replace(ONE, action=Action.EXISTS),
        replace(ONE, action=Action.SKIP),
        replace(ONE, digest="d2"),
        replace(ONE, destination_id="there"),
        replace(ONE, live=False),
        replace(ONE, begun=True),
        replace(ONE, bare=True),
        replace(ONE, appended=True),
        replace(ONE, left_out=("/labels",)),
    ],
)
def test_another_plan_has_another_digest(other: PlannedResource) -> None:
    """Invariant 14: `--expect-plan` refuses what would do something else."""
    assert plan(other).digest != plan(ONE).digest


def test_a_name_cannot_spell_another_resource_into_the_plan() -> None:
    """Invariant 14: names hold what people like, line breaks included; two resources are never one."""
    both = [PlannedResource(Key(f"automation/{name}"), Action.CREATE, "source") for name in "ab"]
    forged = replace(both[0], key=Key("automation/a\tcreate\t\tNone\tNone\tFalse\nautomation/b"))

    assert plan(forged).digest != plan(*both).digest


def test_what_is_held_is_part_of_the_plan() -> None:
    """Invariant 14: arriving paused or running is not the same."""
    assert plan(ONE, held=True).digest != plan(ONE, held=False).digest


@given(resources=PLANS)
def test_counts_add_up(resources: list[PlannedResource]) -> None:
    """Invariant 1: every resource is counted once, under its kind and its action."""
    counts = plan(*resources).counts()

    assert sum((counter.total() for counter in counts.values()), 0) == len(resources)
    assert Counter(counts.get("flow", Counter())) == Counter(r.action for r in resources if r.key.startswith("flow/"))


def test_steps_are_nodes_beside_the_resources() -> None:
    """The first nodes are the resources; what else there is to do follows."""
    graph = Graph(2, steps={2: (1, Step.COMPLETE)})

    assert graph.size == 3


def test_dependents_say_whether_they_need_a_node() -> None:
    """A failure blocks what needs it, and not what only comes after it."""
    graph = Graph(4, needs={0: [1, 2]}, after={0: [3]})

    assert graph.dependents(0) == [(1, True), (2, True), (3, False)]
    assert graph.dependents(3) == []


def plan(*resources: PlannedResource, held: bool = True) -> Plan:
    """A plan without a graph."""
    return Plan(resources, Graph(len(resources)), held)
