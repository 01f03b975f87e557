"""What is drawn on the page adds up: bars, shares and spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.dashboard.parts import WIDTH, bar_of
from migrator.dashboard.rendering import lasting, percent

outcomes = st.dictionaries(st.sampled_from(["created", "exists", "failed", "skipped"]), st.integers(0, 10**6))


@given(outcomes, st.integers(0, 1000))
def test_a_bar_is_as_full_as_the_kind_is(outcomes: dict[str, int], pending: int) -> None:
    """Its parts stand side by side, and none goes beyond its end."""
    nodes = sum(outcomes.values()) + pending
    segments = list(bar_of(outcomes, nodes))
    assert sum(segment.width for segment in segments) == pytest.approx(
        WIDTH * (nodes - pending) / max(1, nodes), abs=0.5
    )
    assert all(0 <= segment.begin <= segment.begin + segment.width <= WIDTH + 0.5 for segment in segments)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_hundred_percent_means_that_nothing_is_left(part: int, rest: int) -> None:
    """A run that lacks one node of a million is at 99."""
    assert (percent(part, part + rest) == 100) == (rest == 0)


def test_a_time_span_has_its_two_largest_units() -> None:
    """As people say it."""
    assert [lasting(seconds) for seconds in (4, 200, 7260, 93600)] == ["4 s", "3 min 20 s", "2 h 1 min", "1 d 2 h"]
