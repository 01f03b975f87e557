"""Moments and durations are told in one way."""

import pytest

from migrator.reporting.moments import duration, estimate, moment


def test_a_moment_is_told_in_utc() -> None:
    """To the second, or as precisely as is asked for."""
    assert moment(1_763_806_881.25) == "2025-11-22T10:21:21Z"
    assert moment(1_763_806_881.25, "milliseconds") == "2025-11-22T10:21:21.250Z"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (9.41, "9.4 s"),
        (10, "10 s"),
        (59.97, "1 min"),
        (90, "1 min 30 s"),
        (184.2, "3 min 4 s"),
        (3599.9, "1 h"),
        (7500, "2 h 5 min"),
        (7210, "2 h"),
    ],
)
def test_what_took_long_is_told_more_coarsely(seconds: float, told: str) -> None:
    """Nobody counts the seconds of an hour; and what is nothing is not told."""
    assert duration(seconds) == told


@pytest.mark.parametrize(("seconds", "told"), [(0.2, "1 s"), (9.41, "9 s"), (59.7, "1 min"), (184.2, "3 min 4 s")])
def test_an_estimate_is_told_in_whole_seconds(seconds: float, told: str) -> None:
    """And what is left is never nothing."""
    assert estimate(seconds) == told
