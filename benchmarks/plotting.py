"""Figures as pictures, legible in the light and in the dark: bars of a contest, lines of those that differ in size."""

from collections.abc import Iterable, Iterator, Sequence
from math import log10

from benchmarks.form import ContestForm, RivalForm, SeriesForm
from benchmarks.numbers import number
from benchmarks.picture import COLOURS, MARGIN, WIDTH, picture
from migrator.reporting.drawing.svg import at, element, text

#: A bar's row: its name, and below it the bar; what is left of the width for how much it is.
_ROW, _BAR, _TOP, _VALUE = 44, 14, 30, 90
#: The field of lines; their names stand below it, one a line.
_LEFT, _RIGHT, _HIGH, _FLOOR, _NAMES, _LINE = 70, 680, 36, 250, 310, 18


def bars(contest: ContestForm) -> str:
    """A bar for each rival's first figure, with how far its rounds lie apart."""
    unit = contest.rivals[0].series[0].name
    seen = [rival for rival in contest.rivals if rival.series[0].name == unit]
    longest = max(max(rival.series[0].values) for rival in seen)
    rows = (part for row, rival in enumerate(seen) for part in _row(row, rival, longest))
    heading = text(unit, MARGIN, 18, class_="mark")
    return picture(heading, *rows, height=_TOP + _ROW * len(seen), title=contest.title, said=_said(seen))


def _row(row: int, rival: RivalForm, longest: float) -> Iterator[str]:
    series, y = rival.series[0], _TOP + _ROW * row
    scale = (WIDTH - 2 * MARGIN - _VALUE) / longest
    colour = "bar" if row else "bar c0"
    middle, high = y + 18 + _BAR / 2, MARGIN + scale * max(series.values)
    yield text(rival.name, MARGIN, y + 12)
    yield element("rect", x=MARGIN, y=y + 18, width=max(1.0, scale * series.median), height=_BAR, class_=colour)
    yield _spread(f"M{at(MARGIN + scale * min(series.values))} {at(middle)}H{at(high)}")
    yield text(number(series.median), high + 8, middle + 4, class_="mark")


def lines(contests: Sequence[ContestForm]) -> str:
    """A line for each rival's first figure, over the quantity in which the contests differ; its steps are of tens."""
    names = list(dict.fromkeys(rival.name for contest in contests for rival in contest.rivals))
    unit = contests[0].rivals[0].series[0].name
    field = _Field(contests)
    points = {name: [*field.points(name, unit)] for name in names}
    drawn = {name: own for name, own in points.items() if own}
    parts = (part for colour, own in enumerate(drawn.values()) for part in _line(own, colour, field))
    height = _NAMES + _LINE * len(drawn)
    title, heading = f"{unit} over {field.of}", text(unit, MARGIN, 18, class_="mark")
    said = "; ".join(f"{name}: {', '.join(number(s.median) for _, s in own)}" for name, own in drawn.items())
    return picture(heading, *field.axes(), *parts, *_names(drawn), height=height, title=title, said=said)


class _Field:
    """Where values stand."""

    def __init__(self, contests: Sequence[ContestForm]) -> None:
        places = [(contest, contest.point) for contest in contests]
        self._contests = [(contest, point.at) for contest, point in places if point]
        self.of = next(point.of for _, point in places if point)
        self._ats = [place for _, place in self._contests]
        unit = contests[0].rivals[0].series[0].name
        self._top = max(
            max(rival.series[0].values)
            for contest in contests
            for rival in contest.rivals
            if rival.series[0].name == unit
        )

    def points(self, name: str, unit: str) -> Iterator[tuple[float, SeriesForm]]:
        for contest, place in self._contests:
            rival = contest.named(name)
            if rival and rival.series[0].name == unit:
                yield place, rival.series[0]

    def x(self, place: float) -> float:
        lowest, highest = log10(min(self._ats)), log10(max(self._ats))
        return _LEFT + (_RIGHT - _LEFT) * (log10(place) - lowest) / (highest - lowest)

    def y(self, value: float) -> float:
        return _FLOOR - (_FLOOR - _HIGH) * value / self._top

    def axes(self) -> Iterator[str]:
        for value in (0.0, self._top / 2, self._top):
            y = self.y(value)
            yield element("path", d=f"M{_LEFT} {at(y)}H{_RIGHT}", class_="grid")
            yield text(number(value) if value else "0", _LEFT - 8, y + 4, class_="mark", text_anchor="end")
        for place in self._ats:
            yield text(f"{place:,.12g}", self.x(place), _FLOOR + 18, class_="mark", text_anchor="middle")
        yield text(self.of, (_LEFT + _RIGHT) / 2, _FLOOR + 36, class_="mark", text_anchor="middle")


def _line(own: Sequence[tuple[float, SeriesForm]], colour: int, field: _Field) -> Iterator[str]:
    tone = f"c{colour % len(COLOURS)}"
    path = " ".join(f"{at(field.x(place))},{at(field.y(series.median))}" for place, series in own)
    yield element("polyline", points=path, class_=f"line {tone}")
    for place, series in own:
        low, high = field.y(min(series.values)), field.y(max(series.values))
        yield _spread(f"M{at(field.x(place))} {at(low)}V{at(high)}")
        yield element("circle", cx=field.x(place), cy=field.y(series.median), r=3, class_=tone)


def _names(drawn: Iterable[str]) -> Iterator[str]:
    for place, name in enumerate(drawn):
        y = _NAMES + _LINE * place
        yield element("circle", cx=_LEFT, cy=y, r=4, class_=f"c{place % len(COLOURS)}")
        yield text(name, _LEFT + 12, y + 4)


def _spread(path: str) -> str:
    return element("path", d=path, class_="spread")


def _said(seen: Sequence[RivalForm]) -> str:
    return "; ".join(f"{rival.name}: {number(rival.series[0].median)}" for rival in seen)
