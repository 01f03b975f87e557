"""A plot of something over time, as SVG inside a page. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from migrator.reporting.drawing.svg import at, element, picture, text, tone, words
from migrator.reporting.moments import duration

_WIDTH, _HEIGHT = 600, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 578, 34, 180
#: Seconds that may lie between two marks of the axis of time, and how those are spelled.
_MARKS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400)
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))
#: Marks that an axis of time has at the most.
_MOST_MARKS = 6
#: Pixels that a letter takes, about.
_LETTER = 6.2


@dataclass(frozen=True, slots=True)
class Series:
    """What is plotted.

    Attributes:
        name: What it is called; its colour goes by it.
        values: One for each step of time.
        line: It is a line of its own, rather than an area on top of those before it.
    """

    name: str
    values: Sequence[float]
    line: bool = False


def plot(series: Sequence[Series], *, step: float, title: str, unit: str = "") -> str:
    """A plot of series of equal length.

    Args:
        series: From the lowest area to the highest; those without any value are left out.
        step: Seconds from one value to the next.
        title: What is to be seen.
        unit: Of the values.
    """
    seen = [one for one in series if any(one.values)]
    steps = max((len(one.values) for one in series), default=0)
    areas = _stacked([one for one in seen if not one.line], steps)
    lines = [one for one in seen if one.line]
    highest = max([*areas[-1], *(value for one in lines for value in one.values)], default=0.0)
    scale = _Scale(steps, step, _rounded_up(highest))
    return picture(
        *_axes(scale, unit),
        *_areas(seen, areas, scale),
        *(_line(one, scale) for one in lines),
        *_columns(seen, scale, unit),
        *_legend(seen),
        width=_WIDTH,
        height=_HEIGHT,
        class_="plot",
        title=title,
        description=_description(seen, scale, unit),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where values stand."""

    steps: int
    step: float
    top: float

    @property
    def seconds(self) -> float:
        return max(1, self.steps) * self.step

    def x(self, step: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * step / max(1, self.steps)

    def y(self, value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * value / self.top


def _stacked(series: Sequence[Series], steps: int) -> list[list[float]]:
    """The heights at which areas begin and end, from the ground on."""
    heights = [[0.0] * steps]
    for one in series:
        heights.append([below + value for below, value in zip(heights[-1], one.values, strict=True)])
    return heights


def _rounded_up(highest: float) -> float:
    """The next round number."""
    if highest <= 0:
        return 1.0
    power: float = 10.0 ** floor(log10(highest))
    return next(power * factor for factor in (1, 2, 4, 6, 8, 10, 20) if power * factor >= highest)


def _areas(seen: Sequence[Series], heights: Sequence[Sequence[float]], scale: _Scale) -> Iterator[str]:
    stacked = (one for one in seen if not one.line)
    for one, (lower, upper) in zip(stacked, pairwise(heights), strict=True):
        there = "".join(f"V{at(scale.y(value))}H{at(scale.x(n + 1))}" for n, value in enumerate(upper))
        back = "".join(f"V{at(scale.y(value))}H{at(scale.x(n))}" for n, value in reversed([*enumerate(lower)]))
        yield element("path", d=f"M{_LEFT} {_BOTTOM}{there}{back}Z", class_=f"plot-area {tone(one.name)}")


def _line(one: Series, scale: _Scale) -> str:
    points = " ".join(f"{at(scale.x(n + 0.5))},{at(scale.y(value))}" for n, value in enumerate(one.values))
    return element("polyline", points=points, class_=f"plot-line {tone(one.name)}")


def _axes(scale: _Scale, unit: str) -> Iterator[str]:
    for value in (0, scale.top / 2, scale.top):
        y = scale.y(value)
        yield element("path", d=f"M{_LEFT} {at(y)}H{_RIGHT}", class_="plot-grid")
        yield text(f"{value:g}{unit if value else ''}", _LEFT - 6, y + 4, class_="plot-mark", text_anchor="end")
    yield from _marks_of_time(scale)


def _marks_of_time(scale: _Scale) -> Iterator[str]:
    between = next((mark for mark in _MARKS if scale.seconds / mark <= _MOST_MARKS), scale.seconds / _MOST_MARKS)
    unit = _unit_of(2 * between)
    for number in range(int(scale.seconds / between) + 1):
        x = scale.x(number * between / scale.step)
        yield text(_in(number * between, unit), x, _BOTTOM + 18, class_="plot-mark", text_anchor="middle")


def _columns(seen: Sequence[Series], scale: _Scale, unit: str) -> Iterator[str]:
    """What a pointer is told over each step."""
    for n in range(scale.steps):
        values = ", ".join(f"{one.name} {one.values[n]:.4g}{unit}" for one in seen if one.values[n])
        said = f"{duration(n * scale.step)} to {duration((n + 1) * scale.step)}: {values or 'nothing'}"
        x, width = scale.x(n), scale.x(n + 1) - scale.x(n)
        yield element(
            "rect",
            element("title", words(said)),
            x=x,
            y=_TOP,
            width=width,
            height=_BOTTOM - _TOP,
            class_="plot-column",
        )


def _legend(seen: Sequence[Series]) -> Iterator[str]:
    x = float(_LEFT)
    for one in seen:
        yield element("rect", x=x, y=6, width=10, height=10, class_=f"plot-area {tone(one.name)}")
        yield text(one.name, x + 15, 15, class_="plot-name")
        x += 33 + _LETTER * len(one.name)
    if not seen:
        yield text("nothing to be seen yet", x, 15, class_="plot-name")


def _description(seen: Sequence[Series], scale: _Scale, unit: str) -> str:
    most = "; ".join(f"{one.name}: {max(one.values):.4g}{unit} at the most" for one in seen)
    return f"Over {duration(scale.seconds)}. {most or 'Nothing yet'}."


def _unit_of(seconds: float) -> tuple[int, str]:
    return next(((unit, name) for unit, name in _UNITS if seconds >= 2 * unit or seconds == unit), (1, "s"))


def _in(seconds: float, unit: tuple[int, str]) -> str:
    return f"{seconds / unit[0]:.3g} {unit[1]}" if seconds else "0"
