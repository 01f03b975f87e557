"""The Redis that would hold the run: the shared one, or the embedded Valkey."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from migrator.coordinator.doctor.contents import Contents
from migrator.coordinator.doctor.crew import examine_crew
from migrator.coordinator.doctor.latency import seconds_of_an_answer
from migrator.coordinator.doctor.sealing import examine_runs
from migrator.embedded.valkey import valkey
from migrator.engine.address import shared_redis
from migrator.engine.connection import connected, explanation_of, info_of
from migrator.engine.keys import PROBE
from migrator.engine.safety import Judgement, free_bytes, judge
from migrator.errors import MigratorError
from migrator.model.finding import Finding, Verdict, fine, warning, wrong
from migrator.settings import Settings

SUBJECT = "redis"
#: Requests by which latency is taken.
ASKED = 20
#: Seconds from which an answer is slow: a worker asks some twenty times a second.
SLOW = 0.02
_WRITES = "redis.call('SET', KEYS[1], '') return redis.call('DEL', KEYS[1])"


async def examine_redis(settings: Settings, contents: Contents | None) -> tuple[Finding, ...]:
    """Whether a run can be entrusted to it, and who is there to carry one out.

    Args:
        settings: Which one it is.
        contents: What the source holds, if that is known.
    """
    try:
        with _where_it_is(settings) as url:
            async with connected(url) as redis:
                found = await _looked_at(redis, settings, contents)
                return *found, *await examine_runs(redis, settings), await examine_crew(redis, settings)
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


async def _looked_at(redis: Redis, settings: Settings, contents: Contents | None) -> list[Finding]:
    which = "the shared one" if settings.redis_url else "the embedded one"
    info = await info_of(redis)
    judgements = judge(info, accept_volatile=settings.accept_volatile)
    findings = [_reachable(which, await seconds_of_an_answer(redis.ping, ASKED)), *map(finding_of, judgements)]
    if all(finding.verdict is not Verdict.WRONG for finding in findings):
        findings.append(await _writing(redis))
    return findings if contents is None else [*findings, room_for(contents.sealed, free_bytes(info))]


async def _writing(redis: Redis) -> Finding:
    """Whether a script of this user may write what begins with our prefix; what it writes it removes."""
    try:
        await redis.eval(_WRITES, 1, PROBE)
    except RedisError as error:
        explained = explanation_of(error)
        if explained is None:
            raise
        return wrong(SUBJECT, "writing", explained)
    return fine(SUBJECT, "writing", "scripts run, and may write")


def room_for(needed: int, free: int | None) -> Finding:
    """Whether what the source has would find room.

    Args:
        needed: Bytes that a run of all of it takes.
        free: Bytes that are left; None where that is not told.
    """
    reason = f"what the source has takes some {max(1, needed >> 20):,} MB"
    if free is None or needed < free:
        return fine(SUBJECT, "room", reason)
    advice = "raise its maxmemory, or move a part at a time (--include)"
    return warning(SUBJECT, "room", f"{reason}, and {free >> 20:,} MB are left", advice)


def finding_of(judgement: Judgement) -> Finding:
    """What a judgement means to a person."""
    if judgement.danger is None:
        return fine(SUBJECT, judgement.rule, judgement.fact)
    if judgement.accepted:
        return warning(SUBJECT, judgement.rule, f"{judgement.danger.what}; that is accepted", judgement.danger.advice)
    return wrong(SUBJECT, judgement.rule, judgement.danger)


def _reachable(which: str, seconds: float) -> Finding:
    reason = f"{which} answers in {1000 * seconds:.1f} ms"
    if seconds < SLOW:
        return fine(SUBJECT, "reachable", reason)
    return warning(SUBJECT, "reachable", reason, "let the workers be near to it; the workspaces may be far")
