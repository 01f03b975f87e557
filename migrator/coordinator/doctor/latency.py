"""Latency: how long an answer takes, as the doctor finds it out."""

import time
from collections.abc import Awaitable, Callable
from statistics import median


async def seconds_of_an_answer(ask: Callable[[], Awaitable[object]], times: int) -> float:
    """How long it takes, in the median.

    Args:
        ask: Asks once.
        times: How often that is done, one after another.
    """
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        await ask()
        taken.append(time.perf_counter() - begun)
    return median(taken)
