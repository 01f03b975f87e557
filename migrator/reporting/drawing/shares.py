"""Shares: of how many each part is, side by side in a bar, as SVG inside a page. Pure."""

from collections.abc import Iterator, Mapping

from migrator.reporting.drawing.svg import element, tone

_WIDTH, _HEIGHT = 120, 8


def shares(parts: Mapping[str, int], whole: int, *, x: float, y: float, width: float, height: float) -> Iterator[str]:
    """The parts of something, from the left, each in its tone."""
    for part, number in parts.items():
        share = width * number / max(1, whole)
        yield element("rect", x=x, y=y, width=share, height=height, class_=f"share {tone(part)}")
        x += share


def bar_of(parts: Mapping[str, int], whole: int) -> str:
    """A bar by itself, beside the numbers that say the same."""
    inside = shares(parts, whole, x=0, y=0, width=_WIDTH, height=_HEIGHT)
    box = f"0 0 {_WIDTH} {_HEIGHT}"
    as_wide_as_there_is_room = {"viewBox": box, "preserveAspectRatio": "none"}
    return element(
        "svg", *inside, **as_wide_as_there_is_room, width=_WIDTH, height=_HEIGHT, class_="bar", aria_hidden="true"
    )
