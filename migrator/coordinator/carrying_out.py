"""Carrying out a published run, with worker processes of its own where they are asked for."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

from migrator.coordinator.supervision import supervise
from migrator.coordinator.workplace import Workplace
from migrator.embedded.workers import Fleet, worker_processes
from migrator.engine import doorbell
from migrator.engine.run import Run, Status
from migrator.engine.scripts import RunState
from migrator.errors import ResumableError
from migrator.settings import Settings

Running = Callable[[], AbstractContextManager[Callable[[Status, int], None]]]
"""Shows a run for as long as it is carried out."""


async def carry_out(run: Run, place: Workplace, workers: int, settings: Settings, running: Running) -> None:
    """Start workers, supervise the run until it has ended, and let them leave; Ctrl-C cancels it.

    Raises:
        ResumableError: Nobody works at it any more.
    """
    if (await run.status()).state is RunState.FINISHED:
        return
    broker = doorbell.broker_of(place.url, [])
    with (
        worker_processes(workers, state_dir=settings.state_dir, redis_url=settings.redis_url) as fleet,
        running() as progress,
    ):
        try:
            await supervise(run, broker, progress, partial(_look_after, fleet, settings, workers))
        except asyncio.CancelledError:
            await run.cancel()
            raise


def _look_after(fleet: Fleet, settings: Settings, workers: int) -> None:
    fleet.poll()
    if workers and fleet.is_spent:
        raise ResumableError(
            f"the worker processes ended, the last with status {fleet.last_exit}",
            f"see {settings.state_dir / 'workers.log'}",
        )
