"""The crew: the worker processes that are alive, by name, and what keeps each from working at a run."""

from dataclasses import dataclass
from typing import cast

from migrator.engine.hindrances import told
from migrator.engine.keys import VERSIONS, WORKERS
from migrator.engine.run import Run, redis_ms

#: Workers that are named; there may be more.
NAMED = 50


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker process that is alive.

    Attributes:
        name: What it calls itself.
        seconds: For how long it counts as alive if it says nothing more.
        version: Of Migrator; empty if it does not say so.
        hindrance: Why it does not work at the run; empty if it does.
    """

    name: str
    seconds: float
    version: str = ""
    hindrance: str = ""


@dataclass(frozen=True, slots=True)
class Crew:
    """The worker processes that are alive.

    Attributes:
        alive: How many they are.
        workers: Those that are named, in order of their names.
    """

    alive: int = 0
    workers: tuple[Worker, ...] = ()


async def crew_of(run: Run) -> Crew:
    """Who could work at a run right now."""
    now = await redis_ms(run.redis)
    alive = await run.redis.zcount(WORKERS, now, "+inf")
    if not alive:
        return Crew()
    named = cast(
        "list[tuple[bytes, float]]",
        await run.redis.zrange(WORKERS, now, "+inf", byscore=True, offset=0, num=NAMED, withscores=True),
    )
    names = [name.decode() for name, _ in named]
    versions = cast("list[bytes | None]", await run.redis.hmget(VERSIONS, names))
    hindrances = await told(run)
    workers = (
        Worker(name, (until - now) / 1000, (version or b"").decode(), hindrances.get(name, ""))
        for name, (_, until), version in zip(names, named, versions, strict=True)
    )
    return Crew(alive, tuple(sorted(workers, key=lambda worker: worker.name)))
