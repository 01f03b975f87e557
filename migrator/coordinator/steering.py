"""Steering a run from elsewhere: it is paused, cancelled, purged. Whoever works at it learns of it at once."""

import asyncio

from migrator.coordinator.workplace import Workplace
from migrator.engine import keeping, steering
from migrator.engine.run import Run, run_named
from migrator.engine.scripts import RunState
from migrator.errors import RefusedError

#: Seconds between two looks at whether what was in flight has ended.
LOOK = 0.25
#: Seconds until those who hold nodes of a run and do not speak are not waited for any more.
PATIENCE = 90.0


async def pause(place: Workplace, name: str, reason: str) -> Run:
    """Pause a run, and wait until nothing of it is in flight.

    Raises:
        UsageError: There is no such run.
        RefusedError: It has ended.
    """
    run = await _named(place, name)
    await _stilled(run, await steering.pause(run, reason), RunState.PAUSED)
    return run


async def cancel(place: Workplace, name: str, reason: str, keep_days: float) -> Run:
    """Cancel a run, and wait until nothing of it is in flight; what has arrived stays.

    Raises:
        UsageError: There is no such run.
        RefusedError: It has finished.
    """
    run = await _named(place, name)
    await _stilled(run, await steering.cancel(run, reason), RunState.CANCELLED)
    await steering.forget_bodies(run)
    await keeping.retire(run, keep_days)
    return run


async def purge(run: Run) -> None:
    """Remove all that is left of a run.

    Raises:
        RefusedError: It has not ended.
    """
    if not (await run.status()).state.is_an_end or await run.held_leases():
        raise RefusedError(f"run {run.id} has not ended", f"end it first: migrator cancel {run.id}")
    await keeping.purge(run)


async def _named(place: Workplace, name: str) -> Run:
    run = Run(place.redis, await run_named(place.redis, name))
    await run.record()
    return run


async def _stilled(run: Run, state: RunState | None, wanted: RunState) -> None:
    """Wait until nothing of a run is in flight that was turned to a state, if it could be."""
    if state is not wanted:
        raise RefusedError(f"run {run.id} is {state}", f"see what became of it: migrator report {run.id}")
    deadline = asyncio.get_running_loop().time() + PATIENCE
    # There is no event to wait for: who holds them are other processes.
    while await run.held_leases() and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(LOOK)
