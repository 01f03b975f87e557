"""The actor that answers doorbells."""

import dramatiq

from migrator.engine.doorbell import ACTOR, QUEUE, answered, ring
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
        migration = await attendance.participation.migration(run_id)
        if migration is None:
            return
        slice_of_time = TimeSlice(migration, broker, lease_seconds, attendance.draining.is_set)
        worked = await slice_of_time.work()
        await answered(migration.run, bell)
        if worked and not attendance.draining.is_set():
            await ring(migration.run, broker)

    dramatiq.actor(broker=broker, actor_name=ACTOR, queue_name=QUEUE)(answer)
