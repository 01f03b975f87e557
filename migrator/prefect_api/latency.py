"""Latency: how many times longer a server takes to answer than it can. Rising, it says that too much is in flight."""

from collections.abc import Mapping
from statistics import median

#: Seconds below which differences are noise.
NOISE = 0.02


class Latencies:
    """The latencies of one server, each held against the best of its class of requests.

    One process may never see how fast the server can be, for others always have something in flight; so the best is
    what the processes that write to it tell each other.
    """

    def __init__(self) -> None:
        self._best: dict[str, float] = {}
        self._since: dict[str, list[float]] = {}

    def add(self, request_class: str, seconds: float) -> None:
        """A request was answered."""
        self._since.setdefault(request_class, []).append(seconds)
        self._best[request_class] = min(seconds, self._best.get(request_class, seconds))

    def tell(self, best: Mapping[str, float]) -> None:
        """From now on these are the best of some classes, or what was answered meanwhile."""
        self._best |= {name: min([seconds, *self._since.get(name, [])]) for name, seconds in best.items()}

    @property
    def typical(self) -> float:
        """Seconds that an answer takes at best, in the median over the classes of requests; 0 before the first."""
        return median(self._best.values()) if self._best else 0.0

    def take(self) -> tuple[float, dict[str, float]]:
        """How it went since the last time.

        Returns:
            How many times longer than the best it took, in the median, or 0 if nothing came; and the best answer of
            each class that came, in seconds.
        """
        since, self._since = self._since, {}
        ratios = [one / max(self._best[name], NOISE) for name, seconds in since.items() for one in seconds]
        return (median(ratios) if ratios else 0.0), {name: min(seconds) for name, seconds in since.items()}


def class_of(method: str, path: str) -> str:
    """Requests of one class take about the same time: those of one method to one place, whatever they name there."""
    segments = path.partition("?")[0].strip("/").split("/")
    verb = segments[-1] if method == "POST" and len(segments) > 1 else ""
    return f"{method} {segments[0]} {len(segments)} {verb}"
