"""A worker process whose nodes do nothing: all that is real is dramatiq, Redis, and what is between them.

`python -m tests.size.nothing URL [FAILING]`: nodes below FAILING fail.
"""

import os
import signal
import sys
import threading
from dataclasses import dataclass, field

# As real workers do, before dramatiq is imported.
os.environ.setdefault("dramatiq_queue_prefetch", "1")

import dramatiq
from redis.asyncio import Redis

from migrator.engine.run import Run
from migrator.engine.scripts import Claim, Result
from migrator.model.bounds import UNBOUNDED, Bounds
from tests.plenty import Plenty
from tests.size.graphs import ended_of
from workers.__main__ import IDLE_POLL_MS, THREADS
from workers.actors import declare
from workers.broker import make_broker
from workers.drain import Drain
from workers.middleware.attendance import Attendance

LEASE_SECONDS = 60.0
#: Attempts in flight: none is ever made.
ROOM = 64


@dataclass(frozen=True)
class Job:
    """There is never one."""

    node: int


@dataclass(frozen=True)
class Nothing:
    """A run whose nodes are settled as soon as they are claimed."""

    run: Run
    worker: str
    failing: int
    bounds: Bounds = UNBOUNDED
    hindrance: str = ""
    destination: Plenty = field(default_factory=lambda: Plenty(ROOM))

    async def prepare(self, claim: Claim) -> tuple[list[Job], list[Result]]:
        """Every node has ended."""
        return [], [ended_of(node, self.failing) for node in claim.attempts]

    async def attempt(self, job: Job) -> Result:
        """Is never made."""
        raise AssertionError(job)

    async def tell(self) -> None:
        """Nothing was written."""


class Nothings:
    """The runs of this process."""

    def __init__(self, redis: Redis, worker: str, failing: int) -> None:
        self._redis = redis
        self._worker = worker
        self._failing = failing

    async def work(self, run_id: str) -> Nothing:
        """Any run."""
        return Nothing(Run(self._redis, run_id), self._worker, self._failing)

    def refusal(self, _run_id: str) -> str:
        """None is refused."""
        return ""

    async def aclose(self) -> None:
        """There is nothing to close."""


def main(url: str, failing: int) -> None:
    """Work until asked to end."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    attendance = Attendance(url, lambda redis, name: Nothings(redis, name, failing), Drain(5.0), keep_days=1)
    broker = make_broker(url, attendance)
    declare(broker, attendance, LEASE_SECONDS)
    worker = dramatiq.Worker(broker, worker_threads=THREADS, worker_timeout=IDLE_POLL_MS)
    worker.start()
    stop.wait()
    worker.stop()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
