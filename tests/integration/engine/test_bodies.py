"""Sealed bodies rest as long as a node may need them, and no longer (invariant 10)."""

import pytest

from migrator.model.keys import Key
from migrator.model.plan import Action, Graph, Plan, PlannedResource, Step
from tests.integration.engine.bench import Bench, done, failed, release, retry
from tests.integration.engine.graphs import chain, plan_of


def _three_nodes_of_one_resource() -> Plan:
    """Resource 0 is created, completed by node 2 and enabled by node 3; resource 1 is of one node."""
    steps = {2: (0, Step.COMPLETE), 3: (0, Step.ENABLE)}
    return plan_of(2, needs=[(0, 2), (2, 3)], steps=steps)


def test_a_body_is_deleted_when_its_only_node_has_landed(bench: Bench) -> None:
    """Invariant 10. What was refused may be retried, and stays sealed until then."""
    bench.publish(plan_of(3))
    bench.claim()
    assert bench.hash_of("body") == {"0": "sealed 0", "1": "sealed 1", "2": "sealed 2"}

    bench.settle("lease", done(0), failed(1))

    assert bench.hash_of("body") == {"1": "sealed 1", "2": "sealed 2"}


def test_a_body_stays_while_its_node_is_tried_again(bench: Bench) -> None:
    """The next worker needs it."""
    bench.publish(plan_of(3))
    bench.claim(2)
    bench.settle("lease", retry(0), release(1))
    bench.claim(1, lease="died")
    bench.lose("died")

    assert bench.do(bench.run.bodies([0, 1, 2])) == [b"sealed 0", b"sealed 1", b"sealed 2"]


def test_a_body_stays_until_the_last_node_of_its_resource(bench: Bench) -> None:
    """Invariant 10: its other nodes read it too."""
    bench.publish(_three_nodes_of_one_resource())
    assert bench.hash_of("parts") == {"0": "3"}

    bench.claim_and_settle(done(0), done(1))
    assert bench.hash_of("parts") == {"0": "2"}
    assert bench.hash_of("body") == {"0": "sealed 0"}

    bench.claim_and_settle(done(2))
    assert bench.hash_of("body") == {"0": "sealed 0"}

    bench.claim_and_settle(done(3))
    assert bench.hash_of("body") == bench.hash_of("parts") == {}


def test_the_body_of_a_resource_that_landed_in_part_stays_for_a_retry(bench: Bench) -> None:
    """Invariant 10: its other nodes need it, if they are tried again."""
    bench.publish(_three_nodes_of_one_resource())

    bench.claim_and_settle(failed(0), done(1))

    assert bench.outcomes()[3] == "skipped 2"
    assert bench.hash_of("body") == {"0": "sealed 0"}
    assert bench.hash_of("parts") == {"0": "3"}


def test_a_cascade_keeps_the_body_of_every_resource_it_skips(bench: Bench) -> None:
    """A retry will write them."""
    bench.publish(chain(6))

    bench.claim_and_settle(failed(0))

    assert set(bench.hash_of("body")) == {str(node) for node in range(6)}


def test_a_barrier_has_no_body_to_delete(bench: Bench) -> None:
    """It belongs to no resource, and settling it touches none."""
    bench.publish(plan_of(2, after=[(0, 2), (2, 1)], steps={2: (-1, Step.BARRIER)}))
    bench.claim_and_settle(done(0))
    assert bench.do(bench.run.steps([0, 2])) == [(0, "create"), (-1, "barrier")]

    bench.claim_and_settle(done(2))

    assert bench.hash_of("body") == {"1": "sealed 1"}
    assert bench.list_of("ready") == ["1"]


@pytest.mark.parametrize(
    ("action", "first", "second"),
    [
        (Action.CREATE, Step.CREATE, Step.COMPLETE),
        (Action.UPDATE, Step.UPDATE, Step.ENABLE),
        (Action.SWITCH, Step.STILL, Step.RELEASE),
    ],
)
def test_a_resource_whose_own_node_has_a_step_of_its_own_keeps_its_body_too(
    bench: Bench, action: Action, first: Step, second: Step
) -> None:
    """Invariant 10: until both of its nodes have settled, and no longer."""
    graph = Graph(1)
    graph.add(0, second, needs=[graph.begin(0, first)])
    bench.publish(Plan([PlannedResource(Key("automation/a"), action, "source")], graph, held=False))
    assert bench.hash_of("parts") == {"0": "2"}
    assert bench.do(bench.run.steps([0, 1])) == [(0, first), (0, second)]

    bench.claim_and_settle(done(0))
    assert bench.hash_of("body") == {"0": "sealed 0"}

    bench.claim_and_settle(done(1))
    assert bench.hash_of("body") == bench.hash_of("parts") == {}
