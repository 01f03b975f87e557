"""Moments and durations are told in one way."""

import pytest

from migrator.reporting.moments import moment, took


def test_a_moment_is_told_in_utc() -> None:
    """To the second, or as precisely as is asked for."""
    assert moment(1_763_806_881.25) == "2025-11-22T10:21:21Z"
    assert moment(1_763_806_881.25, "milliseconds") == "2025-11-22T10:21:21.250Z"


@pytest.mark.parametrize(("seconds", "told"), [(9.41, "9.41 s"), (184.2, "3 min 4 s"), (7500, "2 h 5 min")])
def test_what_took_long_is_told_more_coarsely(seconds: float, told: str) -> None:
    """Nobody counts the seconds of an hour."""
    assert took(seconds) == told
