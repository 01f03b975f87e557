"""Moments, as ISO 8601 has them, and how long something took. Pure."""

from datetime import UTC, datetime


def moment(seconds: float, timespec: str = "seconds") -> str:
    """A moment in seconds since the epoch: `2026-11-22T10:21:21Z`.

    Args:
        seconds: The moment.
        timespec: How precisely it is told, as `datetime.isoformat` has it.
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def took(seconds: float) -> str:
    """How long something took: `9.4 s`, `3 min 4 s`, `2 h 5 min`."""
    if seconds < 60:  # noqa: PLR2004 - of a minute
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
