"""Arrows: the edges of a graph in rows, drawn as SVG between the boxes that they join. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import log10

from migrator.reporting.drawing.layers import Edge, Layers, Stop
from migrator.reporting.drawing.places import Place
from migrator.reporting.drawing.svg import at, element, words


def arrows(layers: Layers, places: Mapping[Stop, Place], numbers: Mapping[Edge, int]) -> Iterator[str]:
    """Each edge, from the top down; where one closes a circle, a head is at its upper end.

    Args:
        layers: The graph.
        places: Where everything stands.
        numbers: Of each edge, how many references it stands for.
    """
    leaving, arriving = _ports(layers, places)
    for (upper, lower), way in layers.ways.items():
        begin, end = (leaving[upper, lower], places[way[0]].bottom), (arriving[upper, lower], places[way[-1]].y)
        line = _line(begin, [places[stop] for stop in way[:-1]], end)
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


def _ports(layers: Layers, places: Mapping[Stop, Place]) -> tuple[dict[Edge, float], dict[Edge, float]]:
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
    edges: Mapping[Stop, list[Edge]], places: Mapping[Stop, Place], towards: Callable[[Edge], float]
) -> Iterator[tuple[Edge, float]]:
    for stop, meeting in edges.items():
        for number, edge in enumerate(sorted(meeting, key=towards)):
            yield edge, places[stop].port(number, len(meeting))


def _line(begin: tuple[float, float], passed: Sequence[Place], end: tuple[float, float]) -> str:
    """Straight through its own row and those that it passes, in a bow between two of them."""
    x, path = begin[0], f"M{at(begin[0])} {at(begin[1])}V{at(passed[0].floor)}"
    ends = [*((place.middle, place.y, place.bottom) for place in passed[1:]), (end[0], end[1], end[1])]
    for above, (to, high, bottom) in zip(passed, ends, strict=True):
        half = at((above.floor + high) / 2)
        path += f"C{at(x)} {half} {at(to)} {half} {at(to)} {at(high)}V{at(bottom)}"
        x = to
    return path


def _head(x: float, y: float, *, up: bool) -> str:
    back = y + 7 if up else y - 7
    return element("path", d=f"M{at(x)} {at(y)}L{at(x - 4)} {at(back)}H{at(x + 4)}Z", class_="drawing-head")
