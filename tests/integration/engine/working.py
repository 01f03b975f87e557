"""A destination whose work depends on how much is in flight, as its budget hears of it; nothing waits for the clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log

from redis.asyncio import Redis

from migrator.engine.budget import Budget, Report
from migrator.engine.keys import BudgetKeys

#: By requests in flight, how much work is done at a time; 1 is what is done for one request that is alone.
Gain = Callable[[int], float]
#: Requests in flight of each process at the most.
LIMIT = 16
#: Answers between two reports to one request that is alone.
ANSWERS = 8


def between(points: Mapping[int, float]) -> Gain:
    """The gain at some windows, and between them."""

    def gain(window: int) -> float:
        for (low, less), (high, more) in pairwise(sorted(points.items())):
            if low <= window <= high:
                return less + (more - less) * log(window / low) / log(high / low)
        return points[max(points)]

    return gain


@dataclass
class Course:
    """What happened, report by report.

    Attributes:
        windows: Requests in flight, of all processes together.
        work: What was done.
    """

    windows: list[int]
    work: list[float]

    def share_of(self, best: float, *, after: int = 0) -> float:
        """How much was done of what could have been done after so many reports."""
        return sum(self.work[after:]) / (len(self.work) - after) / best

    def usual(self, *, after: int = 0) -> int:
        """The window that there was most often."""
        return max(set(self.windows[after:]), key=self.windows[after:].count)


async def work(redis: Redis, name: str, gain: Gain, *, processes: int, reports: int) -> Course:
    """Processes keep as much in flight as they may; each reports so often how it went."""
    budgets = [Budget(redis, name, str(process), LIMIT) for process in range(processes)]
    shares = [(await budget.share(Report())).window for budget in budgets]
    course, left = Course([], []), [0.0] * processes
    for _ in range(reports):
        for process, budget in enumerate(budgets):
            window, own = max(1, sum(shares)), shares[process]
            left[process] += ANSWERS * gain(window) * own / window
            answered, left[process] = int(left[process]), left[process] % 1
            slowness = window / gain(window) if answered else 0.0
            report = Report(answered=answered, heard=1, slowness=slowness, in_flight=own)
            shares[process] = (await budget.share(report)).window
        course.windows.append(sum(shares))
        course.work.append(gain(max(1, sum(shares))))
    await redis.unlink(*BudgetKeys(name).all())
    return course
