"""What goes on with a run that was published before: it is watched, resumed, or retried."""

from dataclasses import dataclass

from migrator.coordinator.announcing import begin_announced, end_announced
from migrator.coordinator.carrying_out import Running, carry_out, watch_over
from migrator.coordinator.retrying import retry, was_cancelled
from migrator.coordinator.sequel import settle_ledgers
from migrator.coordinator.workplace import workplace
from migrator.engine.run import Run, run_named
from migrator.engine.scripts import RunState
from migrator.engine.sealing import refuse_another_key, seal_for
from migrator.engine.steering import resume
from migrator.planning.selection import Selection
from migrator.reporting.model import RunForm
from migrator.settings import Settings


@dataclass(frozen=True)
class Continuation:
    """How a run is to go on.

    Attributes:
        run: Its id, or `last`.
        workers: Worker processes to start here at the most.
        again: Which of what failed is tried again; None where nothing is.
        wait: Seconds for which it is followed; None to its end.
    """

    run: str
    workers: int
    again: Selection | None = None
    wait: float | None = None


async def go_on(order: Continuation, settings: Settings, running: Running) -> RunForm:
    """Let a run go on, carry it out, and report.

    Raises:
        MigratorError: There is nothing that could go on, or it has not ended.
    """
    async with workplace(settings) as place:
        run = Run(place.redis, await run_named(place.redis, order.run))
        record = await run.record()
        if order.workers:
            refuse_another_key(record, seal_for(settings))
        if order.again is not None:
            await retry(place.redis, run, order.again)
        elif await resume(run) is RunState.CANCELLED:
            raise was_cancelled(record)
        async with begin_announced(run, settings):
            await carry_out(run, place, order.workers, settings, running, wait=order.wait)
        await settle_ledgers(run, settings)
        return await end_announced(run, settings)


async def watch(name: str, settings: Settings, running: Running, wait: float | None = None) -> RunForm:
    """Watch a run until it ends, or for some seconds; whoever works at it goes on without.

    Raises:
        MigratorError: There is no such run, it was paused, or nobody works at it.
    """
    async with workplace(settings) as place:
        run = Run(place.redis, await run_named(place.redis, name))
        await run.record()
        await watch_over(run, place, running, wait)
        return await end_announced(run, settings)
