"""Moments, as ISO 8601 has them. Pure."""

from datetime import UTC, datetime


def moment(seconds: float, timespec: str = "seconds") -> str:
    """A moment in seconds since the epoch: `2026-11-22T10:21:21Z`.

    Args:
        seconds: The moment.
        timespec: How precisely it is told, as `datetime.isoformat` has it.
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
