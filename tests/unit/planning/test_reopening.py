"""Reopening: what of a finished run is tried again, in which order, and what each then waits for (invariant 3)."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from migrator.planning.reopening import Lost, reopened

Edges = dict[int, list[tuple[int, bool]]]


def _lost(failed: list[int], skipped: list[int], edges: Edges, unsettled: tuple[int, ...] = ()) -> Lost:
    return Lost(failed, skipped, unsettled, edges)


def test_what_failed_is_tried_again_before_what_it_blocked() -> None:
    """The dependents wait for it, and for nothing that has landed."""
    lost = _lost([0], [1, 2], {0: [(1, True), (9, True)], 1: [(2, True)]})

    assert reopened(lost, lambda _: True) == [(0, 0), (1, 1), (2, 1)]


def test_what_another_failure_blocks_too_stays_skipped() -> None:
    """It is tried again when neither is left."""
    lost = _lost([0, 1], [2, 3], {0: [(2, True)], 1: [(2, True), (3, True)]})

    assert reopened(lost, lambda node: node == 1) == [(1, 0), (3, 1)]


def test_an_edge_that_only_orders_leaves_nothing_out() -> None:
    """The one that was not chosen has had its turn; it holds up nobody."""
    lost = _lost([0, 1], [], {0: [(1, False)]})

    assert reopened(lost, lambda node: node == 1) == [(1, 0)]
    assert reopened(lost, lambda _: True) == [(0, 0), (1, 1)]


def test_what_a_retry_that_broke_off_has_left_is_taken_along() -> None:
    """Whatever is chosen this time: nobody else would bring it to an end."""
    lost = _lost([5], [2], {0: [(2, True)]}, unsettled=(0,))

    assert reopened(lost, lambda node: node == 5) == [(0, 0), (5, 0), (2, 1)]


def test_nothing_chosen_is_nothing_done() -> None:
    """Not even for what was skipped."""
    assert reopened(_lost([0], [1], {0: [(1, True)]}), lambda _: False) == []


@dataclass(frozen=True)
class _Ended:
    """A finished run: its edges, and who failed of themselves."""

    nodes: int
    edges: Edges
    failed: frozenset[int]

    @property
    def skipped(self) -> frozenset[int]:
        """What needs one that failed, directly or not; edges lead from small numbers to greater ones."""
        lost = set(self.failed)
        for node in range(self.nodes):
            lost |= {other for other, needed in self.edges.get(node, ()) if needed and node in lost}
        return frozenset(lost - self.failed)


@st.composite
def _ended_runs(draw: st.DrawFn) -> _Ended:
    nodes = draw(st.integers(1, 12))
    pairs = [(a, b) for a in range(nodes) for b in range(a + 1, nodes)]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=25)) if pairs else []
    edges: Edges = {}
    for first, waiting in chosen:
        edges.setdefault(first, []).append((waiting, draw(st.booleans())))
    failed = draw(st.frozensets(st.integers(0, nodes - 1)))
    run = _Ended(nodes, edges, failed)
    # One that is skipped was never tried.
    blocked = {other for node in {*run.failed, *run.skipped} for other, needed in edges.get(node, ()) if needed}
    return _Ended(nodes, edges, failed - blocked)


@given(run=_ended_runs(), chosen=st.frozensets(st.integers(0, 11)))
def test_the_in_degree_is_what_is_tried_again_before(run: _Ended, chosen: frozenset[int]) -> None:
    """Every edge between two that are tried again counts once, and none else; whoever waits comes later."""
    kept = {node: waiting for node, waiting in run.edges.items() if node in run.failed | run.skipped}
    again = reopened(Lost(run.failed, run.skipped, (), kept), chosen.__contains__)

    order = [node for node, _ in again]
    assert len(order) == len(set(order))
    for node, degree in again:
        before = [first for first in order for waiting, _ in run.edges.get(first, ()) if waiting == node]
        assert degree == len(before)
        assert all(order.index(first) < order.index(node) for first in before)


@given(run=_ended_runs(), chosen=st.frozensets(st.integers(0, 11)))
def test_all_and_only_what_no_other_failure_blocks_is_tried_again(run: _Ended, chosen: frozenset[int]) -> None:
    """As if what was not chosen were all that had ever failed."""
    still_lost = _Ended(run.nodes, run.edges, run.failed - chosen)
    again = {node for node, _ in reopened(Lost(run.failed, run.skipped, (), run.edges), chosen.__contains__)}

    assert again == (run.failed | run.skipped) - still_lost.failed - still_lost.skipped
