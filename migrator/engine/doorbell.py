"""Doorbells: a dramatiq message says "run R has work", and no more. What it is worth is in Redis.

A bell that is lost costs latency, one that comes twice costs nothing.
"""

import asyncio
import secrets

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from redis import Redis as BlockingRedis
from redis.asyncio import Redis

from migrator.engine import scripts
from migrator.engine.address import arguments_of
from migrator.engine.connection import TIMEOUT
from migrator.engine.keys import WORKERS
from migrator.engine.run import Run, redis_ms

#: The name of the actor that answers; it lives with the workers.
ACTOR = "answer"
#: The queue that bells ring in.
QUEUE = "migrator"
#: One hash slot for all keys of dramatiq, which derives them inside its script.
NAMESPACE = "{migrator-dramatiq}"
#: Nodes that one bell is worth: what a worker claims at once.
BATCH = 50
#: ms that a bell counts as in flight: longer than a worker's slice, so that only a lost one ends this way.
BELL_MS = 15_000
#: ms without a heartbeat after which dramatiq gives a dead worker's messages to others.
HEARTBEAT_TIMEOUT_MS = 15_000
#: How often of a million calls dramatiq looks for dead workers; its default of 1,000 takes minutes to notice.
MAINTENANCE_CHANCE = 100_000
#: Bells for workers that have not said yet that they are there.
UNKNOWN_CAPACITY = 2


def broker_of(url: str, middleware: list[dramatiq.Middleware]) -> RedisBroker:
    """The broker that coordinator and workers share."""
    return RedisBroker(  # type: ignore[no-untyped-call] # dramatiq annotates half of it
        client=BlockingRedis.from_url(**arguments_of(url), socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT),
        middleware=middleware,
        namespace=NAMESPACE,
        heartbeat_timeout=HEARTBEAT_TIMEOUT_MS,
        maintenance_chance=MAINTENANCE_CHANCE,
    )


async def ring(run: Run, broker: dramatiq.Broker, workers: int | None = None) -> int:
    """Ring for a run, as often as there is work and workers for it, and return how often.

    Args:
        run: The run.
        broker: Where to ring.
        workers: How many worker processes are alive, for who knows; else it is asked for.
    """
    capacity = (await workers_alive(run.redis) if workers is None else workers) or UNKNOWN_CAPACITY
    bells = [secrets.token_hex(4) for _ in range(capacity)]
    rung = await scripts.ring(run.redis, run.keys, bells=bells, capacity=capacity, batch=BATCH, bell_ms=BELL_MS)
    for bell in rung:
        # dramatiq's client blocks, and this loop renews leases.
        await asyncio.to_thread(broker.enqueue, dramatiq.Message(QUEUE, ACTOR, (run.id, bell), {}, {}))
    return len(rung)


async def answered(run: Run, bell: str) -> None:
    """A bell is no longer in flight."""
    await run.redis.zrem(run.keys["bells"], bell)


async def may_go_on(run: Run, bell: str) -> bool:
    """Whether who answers a bell may go on as if it had rung again: nobody waits for an answer to another one."""
    if await run.redis.llen(f"{NAMESPACE}:{QUEUE}"):
        return False
    await run.redis.zadd(run.keys["bells"], {bell: await redis_ms(run.redis) + BELL_MS})
    await run.redis.pexpire(run.keys["bells"], BELL_MS)
    return True


async def workers_alive(redis: Redis) -> int:
    """How many worker processes have said lately that they are there."""
    alive: int = await redis.zcount(WORKERS, await redis_ms(redis), "+inf")
    return alive
