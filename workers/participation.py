"""Which runs this process takes part in: it must have the key, the credentials, and the right workspace."""

import asyncio
import time
from contextlib import AsyncExitStack

import structlog
from redis.asyncio import Redis

from migrator.engine.budget import Budget
from migrator.engine.record import SCHEMA, RunRecord
from migrator.engine.run import Run
from migrator.engine.sealing import Seal, seal_made_once, seal_of
from migrator.errors import MigratorError, RefusedError
from migrator.prefect_api.contact import reach
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import read_profile
from migrator.prefect_api.workspace import Workspace
from migrator.settings import Settings
from workers.destination import Destination
from workers.migration import Migration

#: Seconds before a run that was refused is looked at again: somebody may have put the key or the profile there.
REFUSED_FOR = 10.0

log = structlog.get_logger()


class Participation:
    """The runs of this process, opened once each."""

    def __init__(self, redis: Redis, settings: Settings, process: str) -> None:
        self._redis = redis
        self._process = process
        self._settings = settings
        self._migrations: dict[str, Migration] = {}
        self._destinations: dict[str, Destination] = {}
        self._refused: dict[str, float] = {}
        self._opening = asyncio.Lock()
        self._open = AsyncExitStack()

    async def migration(self, run_id: str) -> Migration | None:
        """A run, ready to work at; None if this process cannot take part in it, which its log explains."""
        async with self._opening:
            if run_id in self._migrations:
                return await self._looked_at_again(self._migrations[run_id])
            if time.monotonic() < self._refused.get(run_id, 0.0):
                return None
            try:
                self._migrations[run_id] = await self._join(Run(self._redis, run_id))
            except MigratorError as error:
                log.warning("leaves a run alone", run=run_id, why=error.what, advice=error.advice)
                self._refused[run_id] = time.monotonic() + REFUSED_FOR
                return None
            log.info("takes part in a run", run=run_id)
            return self._migrations[run_id]

    async def _looked_at_again(self, migration: Migration) -> Migration:
        migration.doubtful = await self._server() != migration.record.redis
        return migration

    async def _server(self) -> str:
        """Which server process this Redis is."""
        return str((await self._redis.info("server"))["run_id"])

    async def aclose(self) -> None:
        """Close every connection to a workspace."""
        await self._open.aclose()

    async def _join(self, run: Run) -> Migration:
        record = await run.record()
        if record.schema_version != SCHEMA:
            raise RefusedError(f"its schema is {record.schema_version}, ours is {SCHEMA}", "use workers of its version")
        seal = _seal(self._settings)
        if seal.id != record.seal:
            raise RefusedError("it was sealed with another key", "give this worker the run's sealing key")
        destination = await self._destination(record)
        return Migration(run, record, seal, destination, doubtful=await self._server() != record.redis)

    async def _destination(self, record: RunRecord) -> Destination:
        expected = record.destination
        if expected.identity not in self._destinations:
            profile = read_profile(expected.profile, credentials_dir=self._settings.credentials_dir)
            pressure = Pressure(self._settings.concurrency, self._settings.patience_seconds)
            workspace = await self._open.enter_async_context(Workspace(profile, pressure))
            side = await reach(workspace)
            if side.identity != expected.identity:
                raise RefusedError(
                    f"profile '{expected.profile}' is another workspace here than where the run was started",
                    f"let it point to {expected.url}",
                )
            budget = Budget(self._redis, expected.identity, self._process, self._settings.concurrency)
            self._destinations[expected.identity] = Destination(workspace, budget)
        return self._destinations[expected.identity]


def _seal(settings: Settings) -> Seal:
    if settings.sealing_key_file is not None:
        return seal_of(settings.sealing_key_file)
    return seal_made_once(settings.state_dir / "sealing.key")
