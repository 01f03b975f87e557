"""Degrees: how many others each node of a graph waits for."""

from array import array
from collections.abc import Iterator, MutableMapping

#: Stands for a node that has no work.
_NO_WORK = -1


class Degrees(MutableMapping[int, int]):
    """By node that has work, how many others it waits for; nodes are dense, so that each takes four bytes."""

    def __init__(self) -> None:
        self._waits = array("i")
        self._working = 0

    def __getitem__(self, node: int) -> int:
        if node in self:
            return self._waits[node]
        raise KeyError(node)

    def __contains__(self, node: object) -> bool:
        return isinstance(node, int) and 0 <= node < len(self._waits) and self._waits[node] != _NO_WORK

    def __setitem__(self, node: int, waits: int) -> None:
        self._waits.extend(_NO_WORK for _ in range(len(self._waits), node + 1))
        self._working += node not in self
        self._waits[node] = waits

    def __delitem__(self, node: int) -> None:
        self._working -= self[node] != _NO_WORK
        self._waits[node] = _NO_WORK

    def __iter__(self) -> Iterator[int]:
        return (node for node, waits in enumerate(self._waits) if waits != _NO_WORK)

    def __len__(self) -> int:
        return self._working
