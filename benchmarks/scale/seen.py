"""What a stand-in has seen of its clients."""

from bisect import bisect_left
from dataclasses import dataclass, field


@dataclass
class Seen:
    """What it has seen; moments are in seconds since the first create arrived.

    Attributes:
        created: When creates were answered.
        refused: When creates were refused.
        crowd: Creates under way at the most.
        cpu: Seconds of CPU that it took.
    """

    created: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    crowd: int = 0
    cpu: float = 0.0

    def rate(self, begin: float, end: float) -> float:
        """Creates a second between two moments."""
        return (bisect_left(self.created, end) - bisect_left(self.created, begin)) / (end - begin)
