"""Reopening: which nodes of a finished run begin a new generation, in which order, and what each waits for. Pure."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

Edges = Mapping[int, Collection[tuple[int, bool]]]
"""Of a node: those that wait for it, and whether each needs it."""


@dataclass(frozen=True)
class Lost:
    """What of a run did not land.

    Attributes:
        failed: The nodes that failed.
        skipped: Those that were skipped, because of one that failed.
        unsettled: Those that have no outcome: a retry was begun, and not brought to its end.
        edges: The edges from all of these; what has landed holds up nobody.
    """

    failed: Collection[int]
    skipped: Collection[int]
    unsettled: Collection[int]
    edges: Edges


def reopened(lost: Lost, chosen: Callable[[int], bool]) -> list[tuple[int, int]]:
    """What is tried again, dependencies first, each with its in-degree among all of these (invariant 3).

    Args:
        lost: What did not land.
        chosen: Whether a node that failed is to be tried again. What only such nodes have blocked is, too.
    """
    left_out = [node for node in lost.failed if not chosen(node)]
    blocked = {*left_out, *_needing(left_out, lost.edges)}
    again = {*lost.unsettled, *lost.failed, *lost.skipped} - (blocked - {*lost.unsettled})
    degree = Counter(dependent for node in again for dependent, _ in lost.edges.get(node, ()) if dependent in again)
    return [(node, degree[node]) for node in _in_order(again, degree, lost.edges)]


def _needing(nodes: Iterable[int], edges: Edges) -> Iterator[int]:
    """All that need one of some nodes, directly or not."""
    seen, rest = set[int](), deque(nodes)
    while rest:
        for dependent, needed in edges.get(rest.popleft(), ()):
            if needed and dependent not in seen:
                seen.add(dependent)
                rest.append(dependent)
                yield dependent


def _in_order(nodes: Collection[int], degree: Mapping[int, int], edges: Edges) -> Iterator[int]:
    """Each after all that it waits for: where this breaks off, what was reopened waits for nothing that was not."""
    waits = {node: degree[node] for node in nodes}
    rest = deque(node for node, waiting in waits.items() if waiting == 0)
    while rest:
        node = rest.popleft()
        yield node
        for dependent, _ in edges.get(node, ()):
            if dependent in waits:
                waits[dependent] -= 1
                if waits[dependent] == 0:
                    rest.append(dependent)
