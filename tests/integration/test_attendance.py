"""A worker process comes in before it hears its first bell."""

import threading
from typing import Any

import dramatiq
from redis.asyncio import Redis

from migrator.engine.doorbell import ACTOR, QUEUE
from workers.actors import declare
from workers.broker import make_broker
from workers.drain import Drain
from workers.middleware.attendance import Attendance


class _Listener:
    """Runs of which none can be worked at; it says for which a bell was heard."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.has_heard = threading.Event()

    async def work(self, run_id: str) -> Any:
        """None, and that it was asked for."""
        self.heard.append(run_id)
        self.has_heard.set()

    def refusal(self, run_id: str) -> str:
        """There is nothing to refuse."""
        return run_id

    async def aclose(self) -> None:
        """Nothing is open."""


class _SlowToBoot(dramatiq.Middleware):
    """Holds the end of a boot up until a bell was heard, or would have been."""

    def __init__(self, listener: _Listener) -> None:
        self._listener = listener

    def after_worker_boot(self, _broker: dramatiq.Broker, _worker: dramatiq.Worker) -> None:
        """Consumers run by now."""
        self._listener.has_heard.wait(5)


def test_a_bell_that_rang_before_a_worker_came_is_answered(redis_url: str, run_id: str) -> None:
    """Were it heard too early, it would be lost, and count as in flight for as long as a lost one does."""
    listener = _Listener()

    def works(_redis: Redis, _name: str) -> _Listener:
        return listener

    attendance = Attendance(redis_url, works, Drain(0), keep_days=1)
    broker = make_broker(redis_url, attendance)
    # What comes later in the list is told of a boot's end earlier.
    broker.add_middleware(_SlowToBoot(listener))
    declare(broker, attendance, lease_seconds=60)
    broker.enqueue(dramatiq.Message(QUEUE, ACTOR, (run_id, "bell"), {}, {}))
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=50)
    worker.start()
    try:
        assert listener.heard == [run_id]
    finally:
        worker.stop()
        broker.close()
        broker.client.close()
