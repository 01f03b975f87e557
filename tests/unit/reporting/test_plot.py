"""A plot: every value is in it, at its height, and nothing that is said in it is ever markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.reporting.drawing.plot import Series, plot
from tests.unit.reporting.markup import HOSTILE, Markup, attributes

VALUES = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=3, max_size=3)


@given(name=st.text() | st.sampled_from(HOSTILE))
def test_what_is_said_is_never_markup(name: str) -> None:
    """Not the name of a series, a unit or a title."""
    tame = plot([Series("flow", [1, 2])], step=10, title="title", unit="/s")
    hostile = plot([Series(name, [1, 2])], step=10, title=name, unit=name)

    assert Markup(hostile).tags == Markup(tame).tags


@given(first=VALUES, second=VALUES)
def test_nothing_leaves_the_picture(first: list[float], second: list[float]) -> None:
    """However high the areas are on top of each other."""
    picture = plot([Series("a", first), Series("b", second), Series("c", second, line=True)], step=10, title="t")
    areas = attributes(picture, "path", "plot-area")
    heights = [float(height) for area in areas for height in re.findall(r"V([\d.]+)", area["d"])]

    assert len(heights) == 6 * (any(first) + any(second))
    assert all(34 <= height <= 180 for height in heights)


def test_areas_stand_on_each_other() -> None:
    """Where one ends the next begins, and the highest value is not above the scale."""
    lower, upper = attributes(plot([Series("a", [1]), Series("b", [3])], step=1, title="t"), "path", "plot-area")

    assert lower["d"] == "M46 180V143.5H578V180H46Z"
    assert upper["d"] == "M46 180V34H578V143.5H46Z"


def test_each_step_says_its_values() -> None:
    """To whoever points at it; who sees nothing is told the most of each."""
    said = Markup(plot([Series("created", [12, 0]), Series("failed", [0.5, 0])], step=10, title="t", unit="/s")).words

    assert "0 s to 10 s: created 12/s, failed 0.5/s" in said
    assert "10 s to 20 s: nothing" in said
    assert "created: 12/s at the most; failed: 0.5/s at the most" in said


def test_a_series_without_values_is_not_named() -> None:
    """What never happened is no news; where nothing happened at all, that is."""
    assert "failed" not in plot([Series("created", [1]), Series("failed", [0])], step=1, title="t")
    assert "nothing to be seen yet" in plot([], step=10, title="t")


@pytest.mark.parametrize(
    ("steps", "marks"),
    [
        (6, ["0", "10 s", "20 s", "30 s", "40 s", "50 s", "60 s"]),
        (18, ["0", "0.5 min", "1 min", "1.5 min", "2 min", "2.5 min", "3 min"]),
        (720, ["0", "0.5 h", "1 h", "1.5 h", "2 h"]),
    ],
)
def test_time_is_marked_in_round_numbers_of_one_unit(steps: int, marks: list[str]) -> None:
    """A few of them, however long it took."""
    picture = plot([Series("created", [1] * steps)], step=10, title="t")
    places = re.findall(r'<text x="[\d.]+" y="198" [^>]*>([^<]*)<', picture)

    assert places == marks
