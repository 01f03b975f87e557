"""Latency: how many times longer a server takes to answer than it can. Rising, it says that too much is in flight."""

import time
from statistics import median

#: Seconds below which differences are noise.
NOISE = 0.02
#: Seconds after which the best latency that was seen counts twice: a server may have become slower for good.
DOUBLED_AFTER = 600.0


class Latencies:
    """The latencies of one server, each held against the best of its class of requests."""

    def __init__(self) -> None:
        self._best: dict[str, tuple[float, float]] = {}
        self._ratios: list[float] = []

    def add(self, request_class: str, seconds: float) -> None:
        """A request was answered."""
        now = time.monotonic()
        best, at = self._best.get(request_class, (seconds, now))
        best = min(seconds, best * 2 ** ((now - at) / DOUBLED_AFTER))
        self._best[request_class] = (best, now)
        self._ratios.append(seconds / max(best, NOISE))

    @property
    def typical(self) -> float:
        """Seconds that an answer takes at best, in the median over the classes of requests; 0 before the first."""
        return median(best for best, _ in self._best.values()) if self._best else 0.0

    def take(self) -> float:
        """How many times longer than the best it took, in the median since the last time; 0 if nothing came."""
        ratios, self._ratios = self._ratios, []
        return median(ratios) if ratios else 0.0


def class_of(method: str, path: str) -> str:
    """Requests of one class take about the same time: those of one method to one place, whatever they name there."""
    segments = path.partition("?")[0].strip("/").split("/")
    verb = segments[-1] if method == "POST" and len(segments) > 1 else ""
    return f"{method} {segments[0]} {len(segments)} {verb}"
