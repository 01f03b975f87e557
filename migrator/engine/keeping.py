"""Keeping: how long a run that has ended stays in Redis, and how it goes (invariants 12 and 15).

A run that is under way has no expiry time, nor has the ledger of a held migration that is not cut over. All else has.
Redis frees a big key that expires in one go, which takes a third of a second for a million fields; so whoever works or
starts a command removes what is due a little earlier, by UNLINK, which frees it in the background.
"""

from typing import cast

from redis.asyncio import Redis

from migrator.engine.keys import LEDGERS, RUNS
from migrator.engine.run import Run, redis_ms
from migrator.engine.scripts import RunState

DAY = 86_400
#: Seconds that a publisher has to publish a run to its end, or to die.
PUBLISHING = DAY
#: Seconds between when we remove a run and when Redis would; only where nobody uses Migrator for so long, it does.
SPARE = 7 * DAY
#: What PTTL answers of a key that is not there, and of one that does not expire.
_GONE, _LASTING = -2, -1
#: Field of `run`: a ledger that somebody will need, whatever its age.
NEEDED = "needed"


async def retire(run: Run, keep_days: float) -> None:
    """Let a run that has ended expire, unless its ledger is needed."""
    await forget(run)
    if not await is_needed(run):
        await _expire(run, int(keep_days * DAY) + SPARE)
    if not (await run.status()).state.is_an_end:
        # A retry has begun meanwhile.
        await look_after(run)


async def look_after(run: Run) -> None:
    """Put a run among those that workers look after, and that do not expire."""
    await run.redis.zadd(RUNS, {run.id: await redis_ms(run.redis)}, nx=True)
    await keep(run)


async def keep(run: Run) -> None:
    """Let a run not expire."""
    async with run.redis.pipeline(transaction=True) as pipe:
        for key in run.keys.all():
            pipe.persist(key)
        await pipe.execute()


async def need(run: Run) -> None:
    """A ledger is needed: something of it may act at the destination one day, and must be found then."""
    await run.redis.hset(run.keys["run"], NEEDED, "1")
    await keep(run)


async def need_no_more(run: Run, keep_days: float) -> None:
    """A ledger has done its duty: what it holds was switched or undone."""
    await run.redis.hdel(run.keys["run"], NEEDED)
    await retire(run, keep_days)


async def forget(run: Run) -> None:
    """Look no more after a run that is not there."""
    await run.redis.zrem(RUNS, run.id)


async def purge(run: Run) -> None:
    """Remove all that is left of a run."""
    await run.redis.unlink(*run.keys.all())
    await forget(run)
    await run.redis.zrem(LEDGERS, run.id)


async def seconds_left_of(run: Run) -> float | None:
    """In how many seconds a run is removed; None if it is under way, or its ledger is needed."""
    left_ms = await run.redis.pttl(run.keys["run"])
    return None if left_ms < 0 else max(0.0, left_ms / 1000 - SPARE)


async def is_needed(run: Run) -> bool:
    """Whether its ledger will be needed, whatever its age."""
    return bool(await run.redis.hexists(run.keys["run"], NEEDED))


async def sweep(redis: Redis) -> list[str]:
    """Remove the runs whose time is over, and what is left of those that were never published; returns their ids."""
    known = cast("list[tuple[bytes, float]]", await redis.zrange(LEDGERS, 0, -1, withscores=True))
    runs = [(Run(redis, member.decode()), published) for member, published in known]
    async with redis.pipeline(transaction=False) as pipe:
        for run, _ in runs:
            pipe.pttl(run.keys["run"])
        lives = await pipe.execute()
    for (run, _), left in zip(runs, lives, strict=True):
        await _adopt(run, left)
    long_ago = await redis_ms(redis) - PUBLISHING * 1000
    due = [run for (run, published), left in zip(runs, lives, strict=True) if _is_due(left, published < long_ago)]
    for run in due:
        await purge(run)
    return [run.id for run in due]


async def _adopt(run: Run, left_ms: int) -> None:
    """Look after a run that nobody looks after: who published, reopened or was to retire it may have died just then."""
    state = cast("bytes | None", await run.redis.hget(run.keys["run"], "state"))
    if state is None or await run.is_of_another_version():
        return
    has_ended = RunState(state.decode()).is_an_end
    if not has_ended or (left_ms == _LASTING and not await is_needed(run)):
        await look_after(run)


def _is_due(left_ms: int, is_old: bool) -> bool:  # noqa: FBT001 - a fact, not a choice
    """Whether a run's time is over; one that is not there may be about to be published, unless it is old."""
    return is_old if left_ms == _GONE else 0 <= left_ms <= SPARE * 1000


async def _expire(run: Run, seconds: int) -> None:
    async with run.redis.pipeline(transaction=True) as pipe:
        for key in run.keys.all():
            pipe.expire(key, seconds)
        await pipe.execute()
