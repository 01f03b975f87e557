"""Exclusion: of two that would publish a run of the same two workspaces at the same time, one does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from migrator.engine.cancellation import raise_if_cancelled
from migrator.engine.keys import EXCLUSION
from migrator.errors import ResumableError

#: Seconds after which somebody who died does not exclude others any more.
LASTS = 15.0


@asynccontextmanager
async def exclusively(redis: Redis, what: str) -> AsyncIterator[None]:
    """Be the only one who does something, for as long as the block lasts.

    Args:
        redis: Where all meet.
        what: What it is, in characters of a key.

    Raises:
        ResumableError: Somebody else is at it.
    """
    lock = Lock(redis, f"{EXCLUSION}:{what}", timeout=LASTS, blocking=False)
    if not await lock.acquire():
        raise ResumableError(
            "a run of these workspaces, or of this id, is being published right now", "look: migrator runs"
        )
    renewing = asyncio.create_task(_renew(lock))
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        with suppress(LockError):
            await lock.release()


async def _renew(lock: Lock) -> None:
    while True:
        await asyncio.sleep(LASTS / 3)
        raise_if_cancelled()
        await lock.reacquire()
