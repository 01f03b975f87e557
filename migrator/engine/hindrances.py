"""Hindrances: why a worker that is there does not work at a run right now, each in its own words."""

from typing import cast

from migrator.engine.keys import WORKERS
from migrator.engine.run import Run, redis_ms


async def tell(run: Run, worker: str, why: str) -> None:
    """Say what keeps a worker from working at a run; nothing if `why` is empty."""
    if why:
        await run.redis.hset(run.keys["hindrances"], worker, why)
    else:
        await run.redis.hdel(run.keys["hindrances"], worker)


async def told(run: Run) -> dict[str, str]:
    """What keeps the workers that are alive from working at a run, by worker."""
    told = cast("dict[bytes, bytes]", await run.redis.hgetall(run.keys["hindrances"]))
    if not told:
        return {}
    alive = set(await run.redis.zrange(WORKERS, await redis_ms(run.redis), "+inf", byscore=True))
    return {worker.decode(): why.decode() for worker, why in told.items() if worker in alive}
