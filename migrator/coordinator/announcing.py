"""Announcing: the destination hears when a migration begins and ends, where its automations can listen.

Best effort: it takes a few seconds at the most, what goes wrong with it is nobody's concern, and no run waits for it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from migrator.engine.announced import give_it_back, take_the_word
from migrator.engine.record import RunRecord
from migrator.engine.run import Run, redis_ms
from migrator.engine.scripts import RunState
from migrator.errors import RefusedError
from migrator.kinds.kind import Request
from migrator.model.canonical import Body
from migrator.model.plan import Purpose
from migrator.prefect_api.contact import identity_of
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import normalised_url, read_profile
from migrator.prefect_api.workspace import Workspace
from migrator.reporting.announcing import COMPLETED, STARTED, completed, started
from migrator.reporting.model import Counters, RunForm
from migrator.reporting.run_report import report_of_run, totals_of_run
from migrator.settings import Settings

#: Seconds that a destination has to take an event.
PATIENCE = 3.0
#: Seconds for which it is news that a run has ended: who looks at an old one announces nothing.
NEWS = 3600.0


@asynccontextmanager
async def begin_announced(run: Run, settings: Settings) -> AsyncIterator[None]:
    """Announce that a run has begun, beside what is done in the block."""
    telling = asyncio.create_task(_announce_begin(run, settings))
    try:
        yield
        await telling
    finally:
        telling.cancel()
        # It may be giving its word back, for which it needs the Redis that is closed next.
        await asyncio.gather(telling, return_exceptions=True)


async def end_announced(run: Run, settings: Settings) -> RunForm:
    """The report of a run that has ended, which is announced."""
    form = await report_of_run(run)
    await announce_end(run, settings, form.totals)
    return form


async def announce_end(run: Run, settings: Settings, totals: Counters | None = None) -> None:
    """Announce that a run has finished, if nobody has and it is still news; its totals are read if nobody has them."""
    with suppress(Exception):
        status = await run.status()
        is_news = await redis_ms(run.redis) - status.ended < NEWS * 1000
        if status.state is RunState.FINISHED and is_news:
            async with _the_word(run, COMPLETED, settings) as record:
                if record:
                    event = completed(record, totals or await totals_of_run(run), status.ended / 1000)
                    await _tell(record, event, settings)


async def _announce_begin(run: Run, settings: Settings) -> None:
    with suppress(Exception):
        async with _the_word(run, STARTED, settings) as record:
            if record:
                await _tell(record, started(record), settings)


@asynccontextmanager
async def _the_word(run: Run, moment: str, settings: Settings) -> AsyncIterator[RunRecord | None]:
    """The record of a run that it is for us to speak of; the word goes back if we do not succeed."""
    record = await run.record()
    if not (settings.events and record.purpose is Purpose.MIGRATE and await take_the_word(run, moment)):
        yield None
        return
    try:
        yield record
    except BaseException:
        await give_it_back(run, moment)
        raise


async def _tell(record: RunRecord, event: Body, settings: Settings) -> None:
    """Tell the destination, by a client of its own, so that no node pays for what becomes of it.

    Raises:
        MigratorError: It does not hear.
        TimeoutError: It takes its time.
    """
    profile = read_profile(record.destination.profile, credentials_dir=settings.credentials_dir)
    async with asyncio.timeout(PATIENCE), Workspace(profile, Pressure(1)) as workspace:
        found = await identity_of(workspace)
        if not record.leads_to(record.destination, found, normalised_url(profile.api_url)):
            raise RefusedError(
                f"profile '{profile.name}' leads to another workspace by now",
                f"let it point to {record.destination.url}",
            )
        await workspace.send(Request("POST", "/events", [event]))
