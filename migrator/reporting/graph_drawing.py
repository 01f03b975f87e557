"""The graph of kinds with their states, drawn as SVG inside a page: what is needed stands above what needs it. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log10
from typing import Protocol

from migrator.model.outcome import Outcome
from migrator.reporting.layers import Edge, Layers, Stop, layers_of
from migrator.reporting.shares import shares
from migrator.reporting.svg import at, element, picture, text, tone, words

_BOX, _PASSAGE, _GAP, _BETWEEN = 172, 20, 26, 54
_HEAD, _LINE, _MARGIN = 46, 17, 8
#: Boxes in a row of those that nothing leads to or from.
_ABREAST = 4


class Counted(Protocol):
    """How far the resources or nodes of a kind are."""

    @property
    def nodes(self) -> int:
        """How many there are."""

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How many of them ended in each way."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a stop stands: a box, or the gap through which an edge passes a row."""

    x: float
    y: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def port(self, number: int, of: int) -> float:
        """Where one of several edges meets it."""
        return self.x + self.width * (number + 1) / (of + 1)


def drawing_of(groups: Mapping[str, Counted], edges: Sequence[tuple[str, str, int]]) -> str:
    """The graph of kinds.

    Args:
        groups: By kind, how far it is.
        edges: From which kind to which one that needs it, and how many references that are.
    """
    joined = {name for one, other, _ in edges for name in (one, other)}
    layers = layers_of([name for name in groups if name in joined], [(one, other) for one, other, _ in edges])
    rows = [*layers.rows, *_rows_of_the_rest([name for name in groups if name not in joined], layers)]
    places, width, height = _places(rows, groups)
    numbers = {(one, other): number for one, other, number in edges}
    return picture(
        *_arrows(layers, places, numbers),
        *(_box(stop.name, groups[stop.name], place) for stop, place in places.items() if not stop.end),
        width=width,
        height=height,
        class_="drawing",
        title="The kinds of resources, and what needs what",
        description=_description(groups, edges),
    )


def _rows_of_the_rest(names: Sequence[str], layers: Layers) -> Iterator[list[Stop]]:
    """Those that are joined to nothing, in rows as wide as the others."""
    abreast = max([_ABREAST, *(sum(not stop.end for stop in row) for row in layers.rows)])
    for begin in range(0, len(names), abreast):
        yield [Stop(name) for name in names[begin : begin + abreast]]


def _places(rows: Sequence[Sequence[Stop]], groups: Mapping[str, Counted]) -> tuple[dict[Stop, _Place], float, float]:
    """Where everything stands, each row in the middle; and how wide and high that is."""
    widest = max((_width(row) for row in rows), default=0)
    places: dict[Stop, _Place] = {}
    y = float(_MARGIN)
    for row in rows:
        x = _MARGIN + (widest - _width(row)) / 2
        height = max((_height(groups[stop.name]) for stop in row if not stop.end), default=0)
        for stop in row:
            width = _PASSAGE if stop.end else _BOX
            places[stop] = _Place(x, y, width, height if stop.end else _height(groups[stop.name]))
            x += width + _GAP
        y += height + _BETWEEN
    return places, widest + 2 * _MARGIN, max(2 * _MARGIN, y - _BETWEEN + _MARGIN)


def _width(row: Sequence[Stop]) -> float:
    return sum(_PASSAGE if stop.end else _BOX for stop in row) + _GAP * (len(row) - 1)


def _height(group: Counted) -> float:
    return _HEAD + _LINE * len(_states(group))


def _states(group: Counted) -> dict[str, int]:
    """How many are in each state, in the order of outcomes; what has none is pending."""
    pending = group.nodes - sum(number for name, number in group.outcomes.items() if name != Outcome.PENDING)
    counted = {**group.outcomes, Outcome.PENDING.value: pending}
    return {outcome.value: counted[outcome] for outcome in Outcome if counted.get(outcome, 0) > 0}


def _box(name: str, group: Counted, place: _Place) -> str:
    failed = " drawing-failed" if group.outcomes.get(Outcome.FAILED) else ""
    return element(
        "g",
        element(
            "rect",
            x=place.x,
            y=place.y,
            width=place.width,
            height=place.height,
            rx=6,
            class_=f"drawing-box{failed}",
        ),
        text(name, place.x + 10, place.y + 19, class_="drawing-name"),
        text(f"{group.nodes:,}", place.x + place.width - 10, place.y + 19, class_="drawing-number", text_anchor="end"),
        *shares(_states(group), group.nodes, x=place.x + 10, y=place.y + 28, width=place.width - 20, height=6),
        *_lines(group, place),
    )


def _lines(group: Counted, place: _Place) -> Iterator[str]:
    """The states in words."""
    for line, (state, number) in enumerate(_states(group).items()):
        y = place.y + _HEAD + 8 + _LINE * line
        yield element("circle", cx=place.x + 14, cy=y - 4, r=4, class_=f"share {tone(state)}")
        yield text(f"{number:,} {state}", place.x + 24, y, class_="drawing-state")


def _arrows(layers: Layers, places: Mapping[Stop, _Place], numbers: Mapping[Edge, int]) -> Iterator[str]:
    """Each edge, from the top down; where one closes a circle, a head is at its upper end."""
    leaving, arriving = _ports(layers, places)
    for (upper, lower), way in layers.ways.items():
        begin, end = (leaving[upper, lower], places[way[0]].bottom), (arriving[upper, lower], places[way[-1]].y)
        line = _line(begin, [places[stop] for stop in way[1:-1]], end, _floor(way[0], places))
        down, up = numbers.get((upper, lower), 0), numbers.get((lower, upper), 0)
        said = [_needs(lower, upper, down)] * bool(down) + [_needs(upper, lower, up)] * bool(up)
        yield element(
            "g",
            element("title", words("; ".join(said))),
            element("path", d=line, class_="drawing-edge", stroke_width=1 + 0.5 * log10(max(1, down + up))),
            *[_head(*end, up=False)] * bool(down),
            *[_head(*begin, up=True)] * bool(up),
        )


def _needs(needing: str, needed: str, number: int) -> str:
    return f"{needing} needs {needed}: {number:,} references"


def _ports(layers: Layers, places: Mapping[Stop, _Place]) -> tuple[dict[Edge, float], dict[Edge, float]]:
    """Where edges leave and where they arrive, so that those of one box do not cross at it."""
    leaving, arriving = defaultdict[Stop, list[Edge]](list), defaultdict[Stop, list[Edge]](list)
    for edge, way in layers.ways.items():
        leaving[way[0]].append(edge)
        arriving[way[-1]].append(edge)
    return (
        dict(_spread(leaving, places, lambda edge: places[layers.ways[edge][1]].x)),
        dict(_spread(arriving, places, lambda edge: places[layers.ways[edge][-2]].x)),
    )


def _spread(
    edges: Mapping[Stop, list[Edge]], places: Mapping[Stop, _Place], towards: Callable[[Edge], float]
) -> Iterator[tuple[Edge, float]]:
    for stop, meeting in edges.items():
        for number, edge in enumerate(sorted(meeting, key=towards)):
            yield edge, places[stop].port(number, len(meeting))


def _floor(stop: Stop, places: Mapping[Stop, _Place]) -> float:
    """Where the row of a box ends: its neighbours may be higher than it is."""
    top = places[stop].y
    return max(place.bottom for place in places.values() if place.y == top)


def _line(begin: tuple[float, float], passed: Sequence[_Place], end: tuple[float, float], floor: float) -> str:
    """Straight through its own row and those that it passes, in a bow between two of them."""
    gaps = [(place.x + place.width / 2, place.y, place.bottom) for place in passed]
    path = f"M{at(begin[0])} {at(begin[1])}V{at(floor)}"
    for (x, _, low), (to, high, bottom) in pairwise([(begin[0], 0.0, floor), *gaps, (end[0], end[1], end[1])]):
        half = at((low + high) / 2)
        path += f"C{at(x)} {half} {at(to)} {half} {at(to)} {at(high)}V{at(bottom)}"
    return path


def _head(x: float, y: float, *, up: bool) -> str:
    back = y + 7 if up else y - 7
    return element("path", d=f"M{at(x)} {at(y)}L{at(x - 4)} {at(back)}H{at(x + 4)}Z", class_="drawing-head")


def _description(groups: Mapping[str, Counted], edges: Sequence[tuple[str, str, int]]) -> str:
    kinds = "; ".join(
        f"{name}: {', '.join(f'{number} {state}' for state, number in _states(group).items())}"
        for name, group in groups.items()
    )
    needs = "; ".join(f"{other} needs {one}" for one, other, _ in edges)
    return f"{kinds}. {needs}."
