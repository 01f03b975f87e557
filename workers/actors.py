"""The actor that answers doorbells."""

from functools import partial

import dramatiq

from migrator.engine.doorbell import ACTOR, QUEUE, answered, may_go_on, ring
from migrator.engine.run import Run
from workers.middleware.attendance import Attendance
from workers.time_slice import TimeSlice


def declare(broker: dramatiq.Broker, attendance: Attendance, lease_seconds: float) -> None:
    """Declare the actor on a broker.

    Args:
        broker: Where bells come from, and go to.
        attendance: What this process knows of its runs.
        lease_seconds: How long a claim lasts unless it is renewed.
    """

    async def answer(run_id: str, bell: str) -> None:
        run = Run(attendance.redis, run_id)
        worked = False
        try:
            work = await attendance.works.work(run_id)
            if work is not None:
                worked = await TimeSlice(
                    work, broker, lease_seconds, attendance.drain, partial(may_go_on, run, bell)
                ).take()
        finally:
            await answered(run, bell)
        if worked and not attendance.drain.has_begun:
            await ring(run, broker)

    dramatiq.actor(broker=broker, actor_name=ACTOR, queue_name=QUEUE)(answer)
