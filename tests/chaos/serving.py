"""Serving: the real worker process, with planted work in it. What workers/__main__.py does, less its settings."""

import signal
import threading
from pathlib import Path

import dramatiq

from tests.chaos.destination import Destination
from tests.chaos.haste import LEASE, make_haste
from tests.chaos.journal import Journal
from tests.chaos.mutants import mutate
from tests.chaos.scenario import scenario
from tests.chaos.work import PlantedWorks
from workers.__main__ import IDLE_POLL_MS, THREADS
from workers.actors import declare
from workers.broker import make_broker
from workers.drain import Drain
from workers.logs import configure_logs
from workers.middleware.attendance import Attendance

#: Seconds to drain.
GRACE = 3.0


def serve(seed: int, home: Path, url: str, mutant: str) -> None:
    """Answer bells until asked to stop."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    configure_logs()
    make_haste()
    if mutant:
        mutate(mutant)
    planted, written, journal = scenario(seed), Destination(home / "destination"), Journal(home / "journals")
    attendance = Attendance(
        url, lambda redis, name: PlantedWorks(redis, name, planted, written, journal), Drain(GRACE), keep_days=1
    )
    broker = make_broker(url, attendance)
    declare(broker, attendance, LEASE)
    worker = dramatiq.Worker(broker, worker_threads=THREADS, worker_timeout=IDLE_POLL_MS)
    worker.start()
    stop.wait()
    worker.stop(timeout=int(GRACE * 1000))
