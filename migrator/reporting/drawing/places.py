"""Places: where the boxes of a graph in rows stand, and where its edges pass between them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migrator.reporting.drawing.layers import Stop

#: Widths of a box and of a passage, and what lies between two of a row, between two rows, and around all.
_BOX, _PASSAGE, _GAP, _BETWEEN, _MARGIN = 172, 20, 26, 54, 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stop stands: a box, or the gap through which an edge passes a row.

    Attributes:
        x: Its left.
        y: Its top.
        width: How wide it is.
        height: How high it is.
        floor: Where its row ends: its neighbours may be higher than it is.
    """

    x: float
    y: float
    width: float
    height: float
    floor: float

    @property
    def middle(self) -> float:
        """Halfway from its left to its right."""
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.y + self.height

    def port(self, number: int, of: int) -> float:
        """Where one of several edges meets it."""
        return self.x + self.width * (number + 1) / (of + 1)


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything stands.

    Attributes:
        of: By stop, its place.
        width: How wide all of it is.
        height: How high.
    """

    of: Mapping[Stop, Place]
    width: float
    height: float


def places_of(rows: Sequence[Sequence[Stop]], heights: Mapping[str, float]) -> Places:
    """Where everything stands, each row in the middle.

    Args:
        rows: From the top.
        heights: Of the boxes, by name.
    """
    widest = max(map(_width, rows), default=0)
    places: dict[Stop, Place] = {}
    y = float(_MARGIN)
    for row in rows:
        x = _MARGIN + (widest - _width(row)) / 2
        high = max((heights[stop.name] for stop in row if not stop.end), default=0)
        for stop in row:
            places[stop] = Place(x, y, _wide(stop), high if stop.end else heights[stop.name], y + high)
            x += _wide(stop) + _GAP
        y += high + _BETWEEN
    return Places(places, widest + 2 * _MARGIN, max(2 * _MARGIN, y - _BETWEEN + _MARGIN))


def _width(row: Sequence[Stop]) -> float:
    return sum(map(_wide, row)) + _GAP * (len(row) - 1)


def _wide(stop: Stop) -> float:
    return _PASSAGE if stop.end else _BOX
