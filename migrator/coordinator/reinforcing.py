"""Reinforcing: one more worker process is started once the destination takes more than those that are there may send.

docs/decisions/0021 says what a process costs that is not needed.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from redis.exceptions import RedisError

from migrator.embedded.workers import Fleet
from migrator.engine.cancellation import raise_if_cancelled
from migrator.engine.pressure import pressure_on
from migrator.engine.run import Run

#: Seconds between two looks at what the destination takes.
LOOK = 1.0
#: Looks at which it has to take more, one after another: the window first grows beyond what does most work, and who has
#: just been started has made use of it by then.
LASTING = 3


@asynccontextmanager
async def reinforced(fleet: Fleet, run: Run, most: int, limit: int) -> AsyncIterator[None]:
    """Start processes one after another, as they are needed, for as long as the block lasts.

    Args:
        fleet: Those that are there.
        run: What they work at.
        most: Processes at the most.
        limit: Requests that each of them may have in flight.
    """
    reinforcing = asyncio.create_task(_reinforce(fleet, run, most, limit))
    try:
        yield
    finally:
        reinforcing.cancel()
        await asyncio.gather(reinforcing, return_exceptions=True)


async def _reinforce(fleet: Fleet, run: Run, most: int, limit: int) -> None:
    destination, lasted = "", 0
    while len(fleet) < most:
        raise_if_cancelled()
        await asyncio.sleep(LOOK)
        # Whoever supervises the run waits for a Redis that is away.
        with suppress(RedisError):
            destination = destination or (await run.record()).destination.identity
            pressure = await pressure_on(run.redis, destination)
            lasted = lasted + 1 if pressure.window >= limit * max(len(fleet), pressure.sharers) else 0
            if lasted == LASTING:
                fleet.start(1)
                lasted = 0
