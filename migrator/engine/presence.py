"""Presence: which worker processes are there, and of which version each is. They say so themselves, every second."""

from typing import cast

from redis.asyncio import Redis

from migrator import __version__
from migrator.engine.keys import VERSIONS, WORKERS
from migrator.engine.run import redis_ms

#: ms that a heartbeat is good for.
ALIVE_MS = 5_000
#: Seconds until the list of workers goes, if none is left to be in it.
FORGOTTEN_AFTER = 60


async def attend(redis: Redis, worker: str) -> None:
    """Say that a worker process is there; those that have not said so for a while are forgotten."""
    now = await redis_ms(redis)
    gone = await redis.zrange(WORKERS, "-inf", now, byscore=True)
    async with redis.pipeline(transaction=False) as pipe:
        # By time, and not by name: one that has spoken since was read to be gone is there.
        pipe.zremrangebyscore(WORKERS, "-inf", now)
        if gone:
            pipe.hdel(VERSIONS, *gone)
        pipe.zadd(WORKERS, {worker: now + ALIVE_MS})
        pipe.hset(VERSIONS, worker, __version__)
        for key in (WORKERS, VERSIONS):
            pipe.expire(key, FORGOTTEN_AFTER)
        await pipe.execute()


async def leave(redis: Redis, worker: str) -> None:
    """Say that a worker process is there no more."""
    await redis.zrem(WORKERS, worker)
    await redis.hdel(VERSIONS, worker)


async def present(redis: Redis) -> dict[str, str]:
    """The worker processes that are there, each with its version; empty where one tells none."""
    alive = cast("list[bytes]", await redis.zrange(WORKERS, await redis_ms(redis), "+inf", byscore=True))
    told = cast("list[bytes | None]", await redis.hmget(VERSIONS, alive)) if alive else []
    return {worker.decode(): (version or b"").decode() for worker, version in zip(alive, told, strict=True)}
