"""Supervision: watch a run until it ends. It goes on without: whatever must happen is a node."""

import asyncio
from collections.abc import Callable

import dramatiq

from migrator.engine import doorbell
from migrator.engine.run import Run, Status
from migrator.engine.scripts import RunState
from migrator.errors import MigratorError, ResumableError

#: Seconds between two looks.
LOOK = 0.25
#: Looks at a run in which nothing can move before it counts as stuck; one may fall between two scripts.
STUCK_LOOKS = 20
#: Seconds without any worker before that is said.
LONELY = 60.0


def raise_if_cancelled() -> None:
    """Raise a cancellation that was lost.

    Before Python 3.12 `asyncio.wait_for`, with which redis-py sends, loses one that comes when what it waits for is
    done already (CPython issue 86296); the task still counts it.

    Raises:
        asyncio.CancelledError: This task was asked to end.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def supervise(
    run: Run, broker: dramatiq.Broker, on_status: Callable[[Status, int], None], on_look: Callable[[], None]
) -> Status:
    """Ring for a run and watch it until it ends.

    Args:
        run: The run.
        broker: Where to ring.
        on_status: Told where it stands, and how many workers are there.
        on_look: Called about four times a second, to look after what else there is.

    Raises:
        ResumableError: Nobody is there to work at it.
        MigratorError: It is stuck, which is a bug of ours.
    """
    stuck, lonely_since = 0, asyncio.get_running_loop().time()
    while True:
        raise_if_cancelled()
        on_look()
        status = await run.status()
        workers = await doorbell.workers_alive(run.redis)
        on_status(status, workers)
        if status.state in {RunState.FINISHED, RunState.CANCELLED}:
            return status
        stuck = stuck + 1 if status.stuck else 0
        if stuck > STUCK_LOOKS:
            raise MigratorError(
                f"run {run.id} is stuck: {status.nodes - status.settled} nodes are left and none can move", "report it"
            )
        now = asyncio.get_running_loop().time()
        if workers:
            lonely_since = now
        elif now - lonely_since > LONELY:
            raise ResumableError(f"no worker is there for run {run.id}", "start some: migrator workers")
        await doorbell.ring(run, broker)
        await asyncio.sleep(LOOK)
