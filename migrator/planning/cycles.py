"""Cycles: which resources refer to one another in a circle. Pure; Tarjan's algorithm without recursion."""

from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)

#: The index of a node whose component is known.
_CLOSED = -1


def cyclic(nodes: Iterable[T], successors: Callable[[T], Iterable[T]]) -> list[list[T]]:
    """The strongly connected components that hold a cycle: several nodes, or one that points to itself."""
    search = _Search(successors)
    for node in nodes:
        if node not in search.index:
            search.explore(node)
    return search.circles


class _Search(Generic[T]):
    """Depth first, with a stack of our own: a chain of any length is no deeper than another.

    Most nodes are part of no circle, and leave nothing behind but the mark that they have been visited.
    """

    def __init__(self, successors: Callable[[T], Iterable[T]]) -> None:
        self.index: dict[T, int] = {}
        self.circles: list[list[T]] = []
        self._successors = successors
        self._low: dict[T, int] = {}
        self._open: list[T] = []

    def explore(self, root: T) -> None:
        path = [(root, iter(self._enter(root)))]
        while path:
            node, rest = path[-1]
            successor = next(rest, None)
            if successor is None:
                path.pop()
                self._leave(node, path[-1][0] if path else None)
            elif successor not in self.index:
                path.append((successor, iter(self._enter(successor))))
            elif self.index[successor] != _CLOSED:
                self._low[node] = min(self._low[node], self.index[successor])

    def _enter(self, node: T) -> Iterable[T]:
        self.index[node] = self._low[node] = len(self.index)
        self._open.append(node)
        return self._successors(node)

    def _leave(self, node: T, parent: T | None) -> None:
        if parent is not None:
            self._low[parent] = min(self._low[parent], self._low[node])
        if self._low[node] == self.index[node]:
            self._close(node)

    def _close(self, root: T) -> None:
        component: list[T] = []
        while not component or component[-1] != root:
            component.append(self._open.pop())
            self.index[component[-1]] = _CLOSED
            del self._low[component[-1]]
        if len(component) > 1 or root in self._successors(root):
            self.circles.append(component)
