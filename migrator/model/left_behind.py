"""What stays at the source although it belongs to the workspace."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """One sort of thing that is not migrated.

    Attributes:
        what: What it is.
        found: How many there are; None where that cannot be counted.
        advice: What to do about it.
    """

    what: str
    found: int | None
    advice: str
