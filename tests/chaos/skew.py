"""Clocks that are wrong: by hours, in one process.

It shifts what Python reads (`time.time`, `time.monotonic`), which is all that Migrator, redis-py and dramatiq look at.
A library that is preloaded would have to be installed, and would shift the stopwatch of the storm as well.
"""

import time
from collections.abc import Callable


def shift_clocks(seconds: float) -> None:
    """Let the clocks of this process be wrong; before anything is imported that takes one of them along."""
    time.time, time.monotonic = _shifted(time.time, seconds), _shifted(time.monotonic, abs(seconds))


def _shifted(clock: Callable[[], float], seconds: float) -> Callable[[], float]:
    return lambda: clock() + seconds
