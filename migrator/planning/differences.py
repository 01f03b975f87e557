"""What differs between two canonical forms, by place; never by value. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from migrator.model.canonical import Canonical, Json, Reference, pointer_of, steps_of
from migrator.model.masks import MASK, masked


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two canonical forms, side by side.

    Attributes:
        different: JSON pointers to where they differ.
        unverifiable: JSON pointers to where at least one side shows a mask instead of a value.
    """

    different: tuple[str, ...]
    unverifiable: tuple[str, ...]

    def apart_from(self, pointers: Sequence[str]) -> "Comparison":
        """The same without what stands at some places, or inside of them."""
        inside = tuple(f"{pointer}/" for pointer in pointers)
        different, unverifiable = (
            tuple(place for place in places if not f"{place}/".startswith(inside))
            for places in (self.different, self.unverifiable)
        )
        return Comparison(different, unverifiable)


def compare(one: Canonical, other: Canonical) -> Comparison:
    """The places where two canonical forms differ, and those that cannot be compared."""
    places = list(_differing(one.body, other.body, []))
    mine, theirs = _holes(one), _holes(other)
    holes = {pointer for pointer in mine.keys() | theirs.keys() if mine.get(pointer) != theirs.get(pointer)}
    different = {pointer for pointer, masked in places if not masked} | holes
    return Comparison(tuple(sorted(different)), tuple(sorted({pointer for pointer, masked in places if masked})))


def fields_at(pointers: Iterable[str]) -> tuple[str, ...]:
    """The fields of a body that JSON pointers lead into, each once, sorted."""
    return tuple(sorted({steps_of(pointer)[0] for pointer in pointers}))


def _holes(form: Canonical) -> dict[str, list[Reference]]:
    """The holes at each pointer, in order: two that stand side by side have one offset."""
    holes: dict[str, list[Reference]] = {}
    for hole in form.references:
        holes.setdefault(hole.pointer, []).append(hole)
    return holes


def _differing(one: Json, other: Json, path: list[str | int]) -> Iterator[tuple[str, bool]]:
    if MASK in (one, other):
        yield pointer_of(path), True
    elif isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            if name in one and name in other:
                yield from _differing(one[name], other[name], [*path, name])
            else:
                yield from _one_sided(one[name] if name in one else other[name], pointer_of([*path, name]))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for position, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _differing(mine, theirs, [*path, position])
    elif not _same(one, other):
        yield pointer_of(path), False


def _one_sided(part: Json, pointer: str) -> Iterator[tuple[str, bool]]:
    """What only one side has. Where it is masked, the other side may lack it because nobody knew it."""
    places = masked(part)
    yield from ((pointer + place, True) for place in places) if places else ((pointer, False),)


def _same(one: Json, other: Json) -> bool:
    """Equality of JSON values: 1 is 1.0, but true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
