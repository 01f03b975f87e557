"""Latency: how many times longer a server takes to answer than it can. Rising, it says that too much is in flight."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

#: Seconds below which differences are noise.
NOISE = 0.02
#: Seconds after which a best that nobody has told again is not known any more: the server may have become slower.
FORGOTTEN_AFTER = 600.0
#: Answers of a class that are looked at together at the most; whoever reports to nobody keeps no more.
LATEST = 1000


@dataclass(slots=True)
class _Class:
    """What is known of a class of requests.

    Attributes:
        best: Seconds of the best answer, as far as is known.
        at: When that was found or told.
        answers: Seconds of those since the last look at them.
    """

    best: float = math.inf
    at: float = -math.inf
    answers: deque[float] = field(default_factory=lambda: deque(maxlen=LATEST))


class Latencies:
    """The latencies of one server, each held against the best of its class of requests.

    One process may never see how fast the server can be, for others always have something in flight; so the best is
    what the processes that write to it tell each other.
    """

    def __init__(self) -> None:
        self._classes: defaultdict[str, _Class] = defaultdict(_Class)

    def add(self, request_class: str, seconds: float) -> None:
        """A request was answered."""
        now, of_class = time.monotonic(), self._classes[request_class]
        if seconds < of_class.best or now - of_class.at > FORGOTTEN_AFTER:
            of_class.best, of_class.at = seconds, now
        of_class.answers.append(seconds)

    def tell(self, best: Mapping[str, float]) -> None:
        """From now on these are the best of some classes, unless something faster was answered since the last look."""
        now = time.monotonic()
        for request_class, seconds in best.items():
            of_class = self._classes[request_class]
            of_class.best, of_class.at = min([seconds, *of_class.answers]), now

    @property
    def typical(self) -> float:
        """Seconds that an answer takes at best, in the median over the classes of requests; 0 before the first."""
        return median(one.best for one in self._classes.values()) if self._classes else 0.0

    def take(self) -> tuple[float, dict[str, float]]:
        """Look at the answers that came since the last time.

        Returns:
            How many times longer than the best they took, in the median, or 0 if none came; and the best of each class
            that came, in seconds.
        """
        ratios: list[float] = []
        best: dict[str, float] = {}
        for name, of_class in self._classes.items():
            if of_class.answers:
                ratios += (seconds / max(of_class.best, NOISE) for seconds in of_class.answers)
                best[name] = min(of_class.answers)
                of_class.answers.clear()
        return (median(ratios) if ratios else 0.0), best


def class_of(method: str, path: str) -> str:
    """Requests of one class take about the same time: those of one method to one place, whatever they name there."""
    segments = path.partition("?")[0].strip("/").split("/")
    verb = segments[-1] if method == "POST" and len(segments) > 1 else ""
    return f"{method} {segments[0]} {len(segments)} {verb}"
