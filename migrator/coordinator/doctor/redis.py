"""The Redis that would hold the run: the shared one, or the embedded Valkey."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from redis.asyncio import Redis

from migrator.embedded.valkey import valkey
from migrator.engine.address import shared_redis
from migrator.engine.connection import connected, info_of
from migrator.engine.safety import Judgement, judge
from migrator.errors import MigratorError
from migrator.model.finding import Finding, fine, warning, wrong
from migrator.settings import Settings

SUBJECT = "redis"
#: Requests by which latency is taken.
ASKED = 20
#: Seconds from which an answer is slow: a worker asks some twenty times a second.
SLOW = 0.02


async def examine_redis(settings: Settings) -> tuple[Finding, ...]:
    """Whether a run can be entrusted to it."""
    try:
        with _where_it_is(settings) as url:
            async with connected(url) as redis:
                return tuple(await _looked_at(redis, settings))
    except MigratorError as error:
        return (wrong(SUBJECT, "reachable", error),)


@contextmanager
def _where_it_is(settings: Settings) -> Iterator[str]:
    """Its URL. Where there has never been a run, the embedded one is tried out in a place that is gone afterwards."""
    if shared := shared_redis(settings):
        yield shared
    elif (settings.state_dir / "valkey").exists():
        with valkey(settings.state_dir) as url:
            yield url
    else:
        with tempfile.TemporaryDirectory() as nowhere, valkey(Path(nowhere)) as url:
            yield url


async def _looked_at(redis: Redis, settings: Settings) -> list[Finding]:
    which = "the shared one" if settings.redis_url else "the embedded one"
    info = await info_of(redis)
    judgements = judge(info, accept_volatile=settings.accept_volatile)
    return [_reachable(which, await _seconds_of_an_answer(redis)), *map(finding_of, judgements)]


def finding_of(judgement: Judgement) -> Finding:
    """What a judgement means to a person."""
    if judgement.danger is None:
        return fine(SUBJECT, judgement.rule, judgement.fact)
    if judgement.accepted:
        return warning(SUBJECT, judgement.rule, f"{judgement.danger.what}; that is accepted", judgement.danger.advice)
    return wrong(SUBJECT, judgement.rule, judgement.danger)


async def _seconds_of_an_answer(redis: Redis) -> float:
    taken = []
    for _ in range(ASKED):
        begun = time.perf_counter()
        await redis.ping()
        taken.append(time.perf_counter() - begun)
    return median(taken)


def _reachable(which: str, seconds: float) -> Finding:
    reason = f"{which} answers in {1000 * seconds:.1f} ms"
    if seconds < SLOW:
        return fine(SUBJECT, "reachable", reason)
    return warning(SUBJECT, "reachable", reason, "let the workers be near to it; the workspaces may be far")
