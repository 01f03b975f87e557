"""Moments, as ISO 8601 has them, and how long something takes. Pure."""

from datetime import UTC, datetime


def moment(seconds: float, timespec: str = "seconds") -> str:
    """A moment in seconds since the epoch: `2026-11-22T10:21:21Z`.

    Args:
        seconds: The moment.
        timespec: How precisely it is told, as `datetime.isoformat` has it.
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def duration(seconds: float) -> str:
    """How long something takes: `9.4 s`, `3 min 4 s`, `2 h 5 min`."""
    if round(seconds, 1) < 60:  # noqa: PLR2004 - of a minute
        return f"{round(seconds, 1):g} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min")) if hours else ((minutes, "min"), (rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def estimate(seconds: float) -> str:
    """The same of what nobody knows to the tenth of a second."""
    return duration(max(1, round(seconds)))
