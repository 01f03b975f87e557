"""Which runs this process takes part in: it must have the key, the credentials, and the right workspace."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import structlog
from redis.asyncio import Redis

from migrator.engine.budget import Budget
from migrator.engine.record import RunRecord
from migrator.engine.record import Workspace as RecordedSide
from migrator.engine.run import Run
from migrator.engine.sealing import seal_for
from migrator.errors import MigratorError, RefusedError
from migrator.prefect_api.contact import identity_of
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import normalised_url, read_profile
from migrator.prefect_api.workspace import Listener, Workspace
from migrator.settings import Settings
from workers import metrics
from workers.audit import Notes
from workers.destination import Destination
from workers.migration import Migration

#: Seconds before a run that was refused is looked at again: somebody may have put the key or the profile there.
REFUSED_FOR = 10.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why a run is left alone, and until when it is not looked at again."""

    why: str
    until: float


class Participation:
    """The runs of this process, opened once each."""

    def __init__(self, redis: Redis, settings: Settings, process: str) -> None:
        self._redis = redis
        self._process = process
        self._settings = settings
        self._migrations: dict[str, Migration] = {}
        self._workspaces: dict[tuple[str, str], Workspace] = {}
        self._destinations: dict[tuple[str, str], Destination] = {}
        self._refused: dict[str, _Refusal] = {}
        self._opening = asyncio.Lock()
        self._open = AsyncExitStack()

    async def work(self, run_id: str) -> Migration | None:
        """A run, ready to work at; None if this process cannot take part in it, which its log and `refusal` explain."""
        if run_id in self._migrations:
            return self._migrations[run_id]
        async with self._opening:
            if run_id in self._migrations:
                return self._migrations[run_id]
            if run_id in self._refused and time.monotonic() < self._refused[run_id].until:
                return None
            try:
                self._migrations[run_id] = await self._join(Run(self._redis, run_id))
            except MigratorError as error:
                log.warning("leaves a run alone", run=run_id, why=error.what, advice=error.advice)
                self._refused[run_id] = _Refusal(error.what, time.monotonic() + REFUSED_FOR)
                return None
            self._refused.pop(run_id, None)
            log.info("takes part in a run", run=run_id)
            return self._migrations[run_id]

    def refusal(self, run_id: str) -> str:
        """Why this process does not take part in a run; empty if it does."""
        return self._refused[run_id].why if run_id in self._refused else ""

    async def aclose(self) -> None:
        """Close every connection to a workspace."""
        await self._open.aclose()

    async def _join(self, run: Run) -> Migration:
        record = await run.record()
        seal = seal_for(self._settings)
        if seal.id != record.seal:
            raise RefusedError("it was sealed with another key", "give this worker the run's sealing key")
        destination = await self._destination(record)
        source = await self._workspace(record, record.source) if record.purpose.switches else None
        return Migration(run, record, seal, destination, Notes(self._process), source)

    async def _destination(self, record: RunRecord) -> Destination:
        workspace = await self._workspace(record, record.destination)
        wanted = (record.destination.profile, record.destination.identity)
        if wanted not in self._destinations:
            budget = Budget(
                self._redis,
                record.destination.identity,
                self._process,
                limit=self._settings.concurrency,
                patience=self._settings.patience_seconds,
            )
            destination = self._destinations[wanted] = Destination(workspace, budget)
            _show_on_request(destination)
        return self._destinations[wanted]

    async def _workspace(self, record: RunRecord, side: RecordedSide) -> Workspace:
        """One side of a run: one client for each profile, for a profile is all that a client may know."""
        wanted = (side.profile, side.identity)
        if wanted not in self._workspaces:
            profile = partial(read_profile, side.profile, credentials_dir=self._settings.credentials_dir)
            pressure = Pressure(self._settings.concurrency)
            async with AsyncExitStack() as opening:
                workspace = Workspace(profile(), pressure, _counting(side.profile), reread=profile)
                await opening.enter_async_context(workspace)
                url = normalised_url(workspace.profile.api_url)
                _refuse_another(await identity_of(workspace), url, record, side)
                self._open.push_async_exit(opening.pop_all())
            self._workspaces[wanted] = workspace
        return self._workspaces[wanted]


def _show_on_request(destination: Destination) -> None:
    """Gauges that are read when somebody asks for them."""
    profile, pressure = destination.workspace.profile.name, destination.workspace.pressure
    metrics.ALLOWED.labels(profile).set_function(lambda: destination.allotted)
    metrics.IN_FLIGHT.labels(profile).set_function(lambda: pressure.in_flight)
    metrics.PAUSE.labels(profile).set_function(lambda: pressure.pause)
    metrics.SILENT.labels(profile).set_function(lambda: destination.is_silent)


def _counting(profile: str) -> Listener:
    """Counts the requests that are sent to one side."""

    def heard(method: str, status: int, seconds: float) -> None:
        metrics.REQUESTS.labels(profile, method, str(status or "none")).inc()
        metrics.LATENCY.labels(profile, method).observe(seconds)

    return heard


def _refuse_another(identity: str, url: str, record: RunRecord, expected: RecordedSide) -> None:
    """Refuse what the profile leads to here, if it is not where the run was started to go.

    Raises:
        RefusedError: It is another workspace.
    """
    if not record.leads_to(expected, identity, url):
        raise RefusedError(
            f"profile '{expected.profile}' is another workspace here than where the run was started",
            f"let it point to {expected.url}",
        )
