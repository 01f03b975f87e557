"""The effort of a migration: an estimate, and no more than that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.model.inventory import Inventory
from migrator.model.plan import Step
from migrator.planning.effort import LOOKED_UP, START, effort_of
from tests.integration.engine.graphs import plan_of
from tests.unit.planning.inventories import DESTINATIONS, inventories, plan


@given(source=inventories(), destination=DESTINATIONS)
def test_every_write_is_counted(source: Inventory, destination: Inventory) -> None:
    """Each node that has work takes a request at least, but for one that only waits."""
    made = plan(source, destination, held=False)
    waiting = sum(step is Step.BARRIER for _, step in made.graph.steps.values())

    assert effort_of(made, 0.0).requests >= len(made.graph.degree) - waiting


@given(st.floats(0, 10), st.floats(0, 10))
def test_a_slower_destination_takes_longer(one: float, other: float) -> None:
    """And it takes as many requests."""
    made = plan_of(5)
    quicker, slower = (effort_of(made, latency) for latency in sorted((one, other)))

    assert quicker.requests == slower.requests == 5
    assert quicker.seconds <= slower.seconds


def test_deployments_are_looked_up_by_the_batch() -> None:
    """Creating one that exists would change it."""
    deployments = plan_of(LOOKED_UP + 1, kinds=["deployment"])

    assert effort_of(deployments, 0.0).requests == LOOKED_UP + 1 + 2


def test_where_nothing_is_to_be_done_nothing_is_waited_for() -> None:
    """Not even for workers."""
    assert effort_of(plan_of(0), 1.0).seconds == 0.0
    assert effort_of(plan_of(1), 0.0).seconds == pytest.approx(START)
