"""The sealing key: whether it is there, private, and that of the runs that are under way."""

import stat
from contextlib import suppress
from pathlib import Path

from redis.asyncio import Redis

from migrator.engine.run import Run, runs_under_way
from migrator.engine.sealing import embedded_key, seal_there
from migrator.errors import MigratorError, RefusedError, UsageError
from migrator.model.finding import Finding, fine, warning, wrong
from migrator.settings import Settings

CHECK = "sealing key"


def examine_key(settings: Settings) -> Finding:
    """Whether there is a key, and nobody else can read it."""
    try:
        seal = seal_there(settings)
    except MigratorError as error:
        return wrong("here", CHECK, error)
    path = settings.sealing_key_file or embedded_key(settings)
    if seal is None:
        return fine("here", CHECK, f"the first run makes it, at {path}")
    if _everybody_may_read(path):
        return warning("here", CHECK, f"everybody on this machine may read {path}", f"chmod 600 {path}")
    return fine("here", CHECK, f"{path}, whose fingerprint is {seal.id}")


def _everybody_may_read(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IROTH)


async def examine_runs(redis: Redis, settings: Settings) -> list[Finding]:
    """Whether what is under way was sealed with that key."""
    with suppress(UsageError):
        seal = seal_there(settings)
        return [await _of_run(Run(redis, run_id), seal.id if seal else "") for run_id in await runs_under_way(redis)]
    return []


async def _of_run(run: Run, seal: str) -> Finding:
    try:
        record = await run.record()
    except (UsageError, RefusedError) as error:
        return warning("redis", "run", error.what, error.advice)
    if record.seal == seal:
        return fine("redis", "run", f"{run.id} is under way, sealed with this key")
    reason = f"{run.id} is under way, sealed with another key ({record.seal})"
    return warning("redis", "run", reason, "name it: MIGRATOR_SEALING_KEY_FILE; only with that key can it go on")
