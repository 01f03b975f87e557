"""Where the nodes of a run are, as its gauges say it."""

from hypothesis import given
from hypothesis import strategies as st

from migrator.engine.scripts import RunState
from migrator.engine.status import Status
from workers.metrics import REGISTRY
from workers.run_gauges import forget_all_but, nodes_by_state, show

COUNTS = st.integers(0, 1_000_000)


def standing(blocked: int, ready: int, claimed: int, delayed: int, settled: int) -> Status:
    """A run with so many nodes in each place."""
    nodes = blocked + ready + claimed + delayed + settled
    return Status(RunState.PAUSED, "", nodes, settled, {}, {}, ready, claimed, delayed, walking=0, ended=0)


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_each_node_is_in_one_place(blocked: int, ready: int, claimed: int, delayed: int, settled: int) -> None:
    """So that a stack of them is as high as the run is large."""
    places = nodes_by_state(standing(blocked, ready, claimed, delayed, settled))

    assert [*places.values()] == [ready, claimed, delayed, blocked, settled]


def test_a_run_that_is_not_looked_after_is_shown_no_more() -> None:
    """Others stay."""
    show("one", standing(1, 0, 0, 0, 0))
    show("two", standing(0, 0, 0, 0, 1))
    forget_all_but(["two", "three"])

    assert REGISTRY.get_sample_value("migrator_run_nodes", {"run": "one", "state": "blocked"}) is None
    assert REGISTRY.get_sample_value("migrator_run_paused", {"run": "one"}) is None
    assert REGISTRY.get_sample_value("migrator_run_nodes", {"run": "two", "state": "settled"}) == 1
    assert REGISTRY.get_sample_value("migrator_run_paused", {"run": "two"}) == 1
    forget_all_but([])
