"""The plan as an object: its digest, its counts, its graph."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.model.keys import Key, key_of
from migrator.model.outcome import Outcome
from migrator.model.plan import (
    WITHOUT_WORK,
    Action,
    Graph,
    OnExisting,
    Plan,
    PlannedResource,
    Purpose,
    Step,
)

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


@settings(max_examples=200)
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
        replace(ONE, changes=("tags",)),
        replace(ONE, action=Action.UPDATE),
        replace(ONE, action=Action.SWITCH),
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


def test_how_and_what_for_are_part_of_the_plan() -> None:
    """Invariant 14: the same resources, treated otherwise, are another plan."""
    policies = {replace(plan(ONE), on_existing=policy).digest for policy in OnExisting}
    purposes = {replace(plan(ONE), purpose=purpose).digest for purpose in Purpose}

    assert (len(policies), len(purposes)) == (len(OnExisting), len(Purpose))


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


def test_every_action_says_how_it_ends() -> None:
    """And only what has no work has ended before it begins."""
    expected = {action: replace(ONE, action=action).expected for action in Action}

    assert len(set(expected.values())) == len(Action)
    assert {action for action in Action if replace(ONE, action=action).settled} == WITHOUT_WORK
    assert all(replace(ONE, action=action).settled is expected[action] for action in WITHOUT_WORK)


@pytest.mark.parametrize(
    ("begun", "comes_along", "settled"),
    [(True, False, Outcome.CREATED), (True, True, None), (False, True, None), (False, False, None)],
)
def test_what_an_earlier_run_has_written_needs_no_first_write(
    *, begun: bool, comes_along: bool, settled: Outcome | None
) -> None:
    """Invariant 9: but what came along may have been left as it came."""
    assert replace(ONE, begun=begun, comes_along=comes_along).settled is settled


def test_a_node_that_begins_waits_for_nobody() -> None:
    """A resource's own node; only what it does beside creating is written down."""
    graph = Graph(2)

    assert (graph.begin(0, Step.CREATE), graph.begin(1, Step.UPDATE)) == (0, 1)
    assert graph.degree == {0: 0, 1: 0}
    assert graph.steps == {1: (1, Step.UPDATE)}
    assert graph.size == 2


def test_further_nodes_follow_the_resources() -> None:
    """Also those of resources whose own node has a step of its own."""
    graph = Graph(2)
    graph.begin(1, Step.STILL)
    drain = graph.add(1, Step.DRAIN, needs=[1])
    release = graph.add(1, Step.RELEASE, needs=[drain])

    assert (drain, release, graph.size) == (2, 3, 4)
    assert graph.degree == {1: 0, 2: 1, 3: 1}
    assert (graph.dependents(1), graph.dependents(drain)) == ([(drain, True)], [(release, True)])


def test_a_graph_that_is_made_of_steps_goes_on_where_they_end() -> None:
    """Of the nodes that steps speak of, only the further ones are counted beside the resources."""
    graph = Graph(2, steps={0: (0, Step.UPDATE), 2: (0, Step.ENABLE)}, degree={0: 0, 2: 1})

    assert graph.add(1, Step.COMPLETE) == 3


def test_a_node_waits_for_each_that_it_is_connected_to() -> None:
    """Invariant 3: whether it needs them or only comes after them."""
    graph = Graph(3)
    for resource in range(3):
        graph.begin(resource, Step.CREATE)
    graph.connect(0, 2)
    graph.connect(1, 2, needed=False)

    assert graph.degree == {0: 0, 1: 0, 2: 2}
    assert (graph.dependents(0), graph.dependents(1)) == ([(2, True)], [(2, False)])


def test_a_barrier_stands_between_all_that_is_before_and_all_that_is_behind() -> None:
    """With as many edges as nodes, not their product; and no failure passes it."""
    graph = Graph(4)
    for resource in range(4):
        graph.begin(resource, Step.CREATE)
    graph.add_barrier([0, 1], [2, 3])

    assert graph.steps == {4: (-1, Step.BARRIER)}
    assert graph.dependents(0) == graph.dependents(1) == [(4, False)]
    assert graph.dependents(4) == [(2, False), (3, False)]
    assert graph.degree == {0: 0, 1: 0, 2: 1, 3: 1, 4: 2}


def plan(*resources: PlannedResource, held: bool = True) -> Plan:
    """A plan without a graph."""
    return Plan(resources, Graph(len(resources)), held)
