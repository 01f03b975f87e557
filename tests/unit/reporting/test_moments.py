"""Moments are told in one way."""

from migrator.reporting.moments import moment


def test_a_moment_is_told_in_utc() -> None:
    """To the second, or as precisely as is asked for."""
    assert moment(1_763_806_881.25) == "2025-11-22T10:21:21Z"
    assert moment(1_763_806_881.25, "milliseconds") == "2025-11-22T10:21:21.250Z"
