"""Layers: the names of a graph in rows, each below all that it needs, so that edges only lead down. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

Edge = tuple[str, str]
#: How often rows are sorted by their neighbours; after that little changes.
_SWEEPS = 6


class Stop(NamedTuple):
    """What stands in a row.

    Attributes:
        name: A name of the graph; or where an edge begins, that passes the row.
        end: Where that edge ends; empty for a name.
        row: Of the passed row; -1 for a name.
    """

    name: str
    end: str = ""
    row: int = -1


class Layers(NamedTuple):
    """A graph in rows.

    Attributes:
        rows: From the top.
        ways: From which name down to which other one an edge leads, or up where it closes a circle: the names, and
            between them the rows that it passes.
    """

    rows: list[list[Stop]]
    ways: dict[Edge, list[Stop]]


def layers_of(names: Sequence[str], edges: Iterable[Edge]) -> Layers:
    """The layers of a graph."""
    known = [(one, other) for one, other in edges if one != other and one in names and other in names]
    against = set(_against(names, known))
    down = list(dict.fromkeys((other, one) if (one, other) in against else (one, other) for one, other in known))
    row_of = _rows(names, down)
    ways = {(one, other): _way(one, other, row_of) for one, other in down}
    rows: list[list[Stop]] = [[] for _ in range(max(row_of.values(), default=-1) + 1)]
    for name in names:
        rows[row_of[name]].append(Stop(name))
    for stop in (stop for way in ways.values() for stop in way[1:-1]):
        rows[stop.row].append(stop)
    _sort(rows, ways)
    return Layers(rows, ways)


def _against(names: Sequence[str], edges: Sequence[Edge]) -> Iterator[Edge]:
    """The edges that close a circle, found by going along all of them."""
    following = _following(edges)
    under_way: set[str] = set()
    done: set[str] = set()

    def go(name: str) -> Iterator[Edge]:
        under_way.add(name)
        for other in following[name]:
            if other in under_way:
                yield name, other
            elif other not in done:
                yield from go(other)
        under_way.remove(name)
        done.add(name)

    for name in names:
        if name not in done:
            yield from go(name)


def _following(edges: Iterable[Edge]) -> Mapping[str, list[str]]:
    following = defaultdict[str, list[str]](list)
    for one, other in edges:
        following[one].append(other)
    return following


def _rows(names: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """The row of each: below all that it needs, and no higher than the first that needs it asks for."""
    row_of = dict.fromkeys(names, 0)
    for _ in names:
        for one, other in edges:
            row_of[other] = max(row_of[other], row_of[one] + 1)
    following = _following(edges)
    for name in sorted(names, key=lambda name: -row_of[name]):
        if following[name]:
            row_of[name] = min(row_of[other] for other in following[name]) - 1
    return row_of


def _way(one: str, other: str, row_of: Mapping[str, int]) -> list[Stop]:
    passed = (Stop(one, other, row) for row in range(row_of[one] + 1, row_of[other]))
    return [Stop(one), *passed, Stop(other)]


def _sort(rows: Sequence[list[Stop]], ways: Mapping[Edge, list[Stop]]) -> None:
    """Bring what is connected one above the other, going down and up by turns."""
    above, below = defaultdict[Stop, list[Stop]](list), defaultdict[Stop, list[Stop]](list)
    for upper, lower in (pair for way in ways.values() for pair in pairwise(way)):
        above[lower].append(upper)
        below[upper].append(lower)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for fixed, row in pairwise(rows if down else rows[::-1]):
            _sort_row(row, fixed, above if down else below)


def _sort_row(row: list[Stop], fixed: Sequence[Stop], neighbours: Mapping[Stop, list[Stop]]) -> None:
    place = {stop: (number + 0.5) / len(fixed) for number, stop in enumerate(fixed)}
    own = {stop: (number + 0.5) / len(row) for number, stop in enumerate(row)}

    def wanted(stop: Stop) -> float:
        places = [place[other] for other in neighbours.get(stop, ())]
        return sum(places) / len(places) if places else own[stop]

    row.sort(key=wanted)
