"""Cycles, held against what one can reach by walking."""

from collections.abc import Collection, Mapping
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.planning.cycles import cyclic

LENGTH = 50_000
NODES = range(7)
GRAPHS = st.dictionaries(st.sampled_from(NODES), st.frozensets(st.sampled_from(NODES), max_size=3))


@settings(max_examples=300)
@given(graph=GRAPHS, order=st.permutations(NODES))
def test_what_reaches_itself_is_in_a_cycle(graph: Mapping[int, Collection[int]], order: list[int]) -> None:
    """Nodes that reach one another are in one component, wherever the search begins."""
    reached = {node: reachable(graph, node) for node in NODES}
    expected = {
        frozenset(other for other in reached[node] if node in reached[other]) for node in NODES if node in reached[node]
    }

    found = cyclic(order, lambda node: graph.get(node, ()))

    assert {frozenset(component) for component in found} == expected
    assert sum(map(len, found)) == sum(map(len, expected))


@pytest.mark.parametrize(
    ("graph", "components"),
    [
        ({}, []),
        ({"a": "b"}, []),
        ({"a": "a"}, ["a"]),
        ({"a": "b", "b": "a"}, ["ab"]),
        ({"a": "b", "b": "c", "c": "b", "d": "d"}, ["bc", "d"]),
        ({"a": "bc", "b": "d", "c": "d"}, []),
    ],
)
def test_components_of_small_graphs(graph: dict[str, str], components: list[str]) -> None:
    """A node alone is a cycle only where it points to itself; two ways to one node are none."""
    found = cyclic("abcd", lambda node: graph.get(node, ""))

    assert sorted("".join(sorted(component)) for component in found) == components


def test_successors_may_be_read_once() -> None:
    """An iterator will do."""
    assert cyclic([1], lambda node: iter([node])) == [[1]]


def test_a_long_chain_is_no_deeper_than_another() -> None:
    """Defect (g) of the ancestor: it recurses for each edge."""
    following = dict(pairwise(range(LENGTH)))

    assert cyclic(range(LENGTH), lambda node: [following[node]] if node in following else []) == []


def test_a_long_cycle_is_one_component() -> None:
    """All of it."""
    (component,) = cyclic(range(LENGTH), lambda node: [(node + 1) % LENGTH])

    assert sorted(component) == list(range(LENGTH))


def reachable(graph: Mapping[int, Collection[int]], start: int) -> set[int]:
    """What one can walk to from a node, in one step or more."""
    found: set[int] = set()
    ahead = set(graph.get(start, ()))
    while ahead:
        node = ahead.pop()
        found.add(node)
        ahead |= set(graph.get(node, ())) - found
    return found
