"""Contests are drawn: bars for one, lines for several that differ in one quantity."""

from xml.etree import ElementTree as ET

import pytest

from benchmarks.form import ContestForm, PointForm
from benchmarks.rendering import page_of, pictures_of
from benchmarks.rivals import contest
from tests.unit.benchmarks.specimen import part_of


def of_size(nodes: int, *rates: float) -> ContestForm:
    """Two rivals, of which one is told of in another unit in the end."""
    rounds = iter(rates)
    return contest(
        f"{nodes} nodes",
        {"ours": lambda: {"nodes/s": next(rounds)}, "theirs": lambda: {"nodes/s": 5}, "cost": lambda: {"EUR": 9}},
        rounds=len(rates),
        point=PointForm(of="nodes", at=nodes),
    )


BARS = [of_size(10, 20, 10)]
LINES = [of_size(10, 20, 10), of_size(1000, 30)]


@pytest.mark.parametrize("contests", [BARS, LINES], ids=["bars", "lines"])
def test_a_picture_loads_nothing_and_is_legible_in_the_dark(contests: list[ContestForm]) -> None:
    """One file, whose colours go by what its reader's page looks like."""
    (picture,) = pictures_of([part_of(*contests)]).values()

    assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own
    assert "prefers-color-scheme: dark" in picture
    assert not any(loads in picture for loads in ("url(", "href", "<script", "@import"))


@pytest.mark.parametrize("contests", [BARS, LINES], ids=["bars", "lines"])
def test_who_is_drawn_is_named_with_the_median(contests: list[ContestForm]) -> None:
    """Also to who cannot see it; what is of another unit stands in the table only."""
    (picture,) = pictures_of([part_of(*contests)]).values()
    ours = "ours: 15" if contests is BARS else "ours: 15, 30"
    assert f"<desc>{ours}; theirs: 5" in picture
    assert "cost" not in picture


def test_each_picture_is_shown_once() -> None:
    """Contests that differ in one quantity share a picture; it stands with the first of them."""
    part = part_of(*LINES, of_size(7, 1).model_copy(update={"point": None}))
    names = pictures_of([part])
    assert [page_of([part]).count(f"(pictures/benchmarks/{name})") for name in names] == [1, 1]


def test_a_longer_bar_is_a_higher_figure() -> None:
    """In proportion, from nought."""
    (picture,) = pictures_of([part_of(*BARS)]).values()
    drawn = ET.fromstring(picture)  # noqa: S314 - our own
    ours, theirs = (float(bar.attrib["width"]) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect"))
    assert ours == pytest.approx(3 * theirs, rel=0.01)
