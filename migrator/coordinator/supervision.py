"""Supervision: watch a run until it ends or is paused. It goes on without: whatever must happen is a node."""

import asyncio
from collections.abc import Callable

import dramatiq

from migrator.engine import doorbell
from migrator.engine.cancellation import raise_if_cancelled
from migrator.engine.run import Run
from migrator.engine.scripts import RunState
from migrator.engine.standing import Standing, standing_of
from migrator.errors import MigratorError, ResumableError

#: Seconds between two looks; and the most that pass where a run has long to go: each look is a dozen calls of Redis.
LOOK, LONG_LOOK = 0.25, 1.0
#: Of the time that is left, how much may pass until the next look.
FRACTION = 0.1
#: Looks at a run in which nothing can move before it counts as stuck; one may fall between two scripts.
STUCK_LOOKS = 20
#: Seconds without any worker before that is said.
LONELY = 60.0


async def supervise(
    run: Run,
    broker: dramatiq.Broker,
    show: Callable[[Standing], None],
    on_look: Callable[[], None],
    *,
    through_pauses: bool = False,
) -> None:
    """Ring for a run and watch it until it ends.

    Args:
        run: The run.
        broker: Where to ring.
        show: Shown where it stands.
        on_look: Called at least about once a second, to look after what else there is.
        through_pauses: Whether a run that is paused is watched until somebody lets it go on.

    Raises:
        ResumableError: It was paused, or nobody is there to work at it.
        MigratorError: It is stuck, which is a bug of ours.
    """
    stuck, lonely_since = 0, asyncio.get_running_loop().time()
    while True:
        raise_if_cancelled()
        on_look()
        standing = await standing_of(run)
        show(standing)
        if standing.status.state.is_an_end:
            return
        is_paused = standing.status.state is RunState.PAUSED
        if is_paused and not through_pauses:
            raise _paused(run, standing)
        stuck = stuck + 1 if standing.status.stuck else 0
        if stuck > STUCK_LOOKS:
            left = standing.status.nodes - standing.status.settled
            raise MigratorError(f"run {run.id} is stuck: {left} nodes are left and none can move", "report it")
        now = asyncio.get_running_loop().time()
        if standing.workers or is_paused:
            lonely_since = now
        elif now - lonely_since > LONELY:
            raise ResumableError(
                f"no worker is there for run {run.id}",
                f"start some: migrator workers; or go on with workers of your own: migrator resume {run.id}",
            )
        await doorbell.ring(run, broker, standing.workers)
        await asyncio.sleep(until_next_look(standing))


def until_next_look(standing: Standing) -> float:
    """Seconds until the next look: few while nobody knows how long it takes, and towards the end, to see it at once."""
    if standing.seconds_left is None or standing.status.stuck:
        return LOOK
    return max(LOOK, min(LONG_LOOK, standing.seconds_left * FRACTION))


def _paused(run: Run, standing: Standing) -> ResumableError:
    why = f": {standing.status.reason}" if standing.status.reason else ""
    return ResumableError(f"run {run.id} is paused{why}", f"let it go on: migrator resume {run.id}")
