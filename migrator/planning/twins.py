"""Twins: rows of one natural key, and which of them belongs to which of the other side. Pure."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from migrator.kinds.kind import Kind
from migrator.model.canonical import Canonical
from migrator.planning.differences import compare


@dataclass(frozen=True, slots=True)
class Twins:
    """Rows of one natural key. What they contain is read when it is looked at, and not kept.

    Attributes:
        kind: Their kind.
        places: Where their bodies are.
        read: Reads the canonical form of one.
    """

    kind: Kind
    places: Sequence[int]
    read: Callable[[Kind, int], Canonical]

    def content(self, number: int) -> Canonical:
        """The canonical form of one of them."""
        return self.read(self.kind, self.places[number])


def numbers_like(twins: Twins, others: Twins | None) -> Sequence[int]:
    """The numbers, from 1, of twins given in order of age: like the other side's, as far as they go."""
    if others is None:
        return range(1, len(twins.places) + 1)
    numbers = _identical(twins, others)
    taken = set(numbers.values())
    for _, mine, theirs in sorted(_distances(twins, others, numbers)):
        if mine not in numbers and theirs + 1 not in taken:
            numbers[mine] = theirs + 1
            taken.add(theirs + 1)
    size = len(twins.places)
    free = (number for number in range(1, size + len(others.places) + 1) if number not in taken)
    return [numbers[mine] if mine in numbers else next(free) for mine in range(size)]


def _identical(twins: Twins, others: Twins) -> dict[int, int]:
    """The numbers of those that equal one of the other side; thousands may be alike, so by digest."""
    waiting: dict[str, deque[int]] = {}
    for theirs in range(len(others.places)):
        waiting.setdefault(others.content(theirs).digest(), deque()).append(theirs + 1)
    equals = ((mine, waiting.get(twins.content(mine).digest())) for mine in range(len(twins.places)))
    return {mine: numbers.popleft() for mine, numbers in equals if numbers}


def _distances(twins: Twins, others: Twins, numbers: dict[int, int]) -> list[tuple[int, int, int]]:
    """Of those that are left on both sides: in how many places they differ."""
    taken = set(numbers.values())
    left = [theirs for theirs in range(len(others.places)) if theirs + 1 not in taken]
    return [
        (_distance(content, others.content(theirs)), mine, theirs)
        for mine in range(len(twins.places))
        if mine not in numbers and left
        for content in (twins.content(mine),)
        for theirs in left
    ]


def _distance(one: Canonical, other: Canonical) -> int:
    comparison = compare(one, other)
    return len(comparison.different) + len(comparison.unverifiable)
