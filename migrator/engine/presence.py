"""Presence: which worker processes are there, and of which version each is. They say so themselves, every second."""

from typing import NamedTuple, cast

from redis.asyncio import Redis

from migrator import __version__
from migrator.engine.keys import VERSIONS, WORKERS
from migrator.engine.run import redis_ms

#: ms that a heartbeat is good for.
ALIVE_MS = 5_000
#: Seconds until the list of workers goes, if none is left to be in it.
FORGOTTEN_AFTER = 60


class Presence(NamedTuple):
    """That a worker process is there.

    Attributes:
        name: What it calls itself.
        version: Of Migrator; empty if it tells none.
        seconds: For how long it counts as there if it says nothing more.
    """

    name: str
    version: str
    seconds: float


async def attend(redis: Redis, worker: str) -> int:
    """Say that a worker process is there, and return how many are; who has not said so for a while is forgotten."""
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
        pipe.zcard(WORKERS)
        return int((await pipe.execute())[-1])


async def leave(redis: Redis, worker: str) -> None:
    """Say that a worker process is there no more."""
    await redis.zrem(WORKERS, worker)
    await redis.hdel(VERSIONS, worker)


async def present(redis: Redis, most: int = -1) -> list[Presence]:
    """The worker processes that are there, by name.

    Args:
        redis: Where they say so.
        most: How many are told of at the most; all if negative.
    """
    now = await redis_ms(redis)
    alive = await redis.zrange(WORKERS, now, "+inf", byscore=True, offset=0, num=most, withscores=True)
    until = {name.decode(): ms for name, ms in cast("list[tuple[bytes, float]]", alive)}
    told = cast("list[bytes | None]", await redis.hmget(VERSIONS, [*until])) if until else []
    versions = ((version or b"").decode() for version in told)
    return sorted(
        Presence(name, version, (until[name] - now) / 1000) for name, version in zip(until, versions, strict=True)
    )
