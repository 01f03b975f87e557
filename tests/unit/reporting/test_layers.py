"""Layers: a graph in rows, so that every edge can be followed from the top down."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from migrator.reporting.drawing.layers import Stop, layers_of

NAMES = "abcdefgh"
EDGES = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=20)


@given(edges=EDGES)
def test_every_name_stands_in_one_row(edges: list[tuple[str, str]]) -> None:
    """Once, whatever leads to it."""
    named = [stop.name for row in layers_of(NAMES, edges).rows for stop in row if not stop.end]

    assert sorted(named) == list(NAMES)


@given(edges=EDGES)
def test_every_edge_leads_down_row_by_row(edges: list[tuple[str, str]]) -> None:
    """Or, where it closes a circle, up the same way; none is lost, and none crosses a box."""
    layers = layers_of(NAMES, edges)
    row_of = {stop: number for number, row in enumerate(layers.rows) for stop in row}

    assert {frozenset(way) for way in layers.ways} == {frozenset(edge) for edge in edges if len({*edge}) > 1}
    for (upper, lower), way in layers.ways.items():
        assert (way[0], way[-1]) == (Stop(upper), Stop(lower))
        assert all(row_of[below] == row_of[above] + 1 for above, below in pairwise(way))


def test_what_is_needed_stands_right_above() -> None:
    """Not in the first row, if what needs it is far below."""
    rows = layers_of("abcf", [("a", "b"), ("b", "c"), ("f", "c")]).rows

    assert [{stop.name for stop in row} for row in rows] == [{"a"}, {"b", "f"}, {"c"}]


def test_edges_do_not_cross_without_need() -> None:
    """What is connected comes to stand one above the other."""
    rows = layers_of("abxy", [("a", "y"), ("b", "x")]).rows

    assert [[stop.name for stop in row] for row in rows] in ([["a", "b"], ["y", "x"]], [["b", "a"], ["x", "y"]])
