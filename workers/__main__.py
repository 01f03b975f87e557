"""A worker process: what runs in a pod. One dramatiq worker; SIGTERM and Ctrl-C drain it."""
# ruff: noqa: E402 - what is set below, imports are to find

import argparse
import gc
import os
import signal
import sys
import threading

# dramatiq reads this when it is imported. A bell waits in Redis, not in a process that is busy.
os.environ.setdefault("dramatiq_queue_prefetch", "1")
# What imports make stays. To look for garbage among it would cost a sixth of what they cost (0.85 s of CPU).
gc.disable()

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import dramatiq

from migrator.embedded.heartbeats import heartbeat
from migrator.embedded.valkey import valkey
from migrator.embedded.workers import wait_for_coordinators_end
from migrator.engine.address import shared_redis
from migrator.engine.run import Run
from migrator.errors import MigratorError
from migrator.settings import Settings, settings
from workers.actors import declare
from workers.broker import make_broker
from workers.drain import Drain
from workers.exposition import metrics_served
from workers.logs import configure_logs
from workers.middleware.attendance import Attendance
from workers.middleware.heartbeat import Heartbeat
from workers.participation import Participation

gc.freeze()
gc.enable()

#: Bells that a process answers at once; each slice runs many requests on one event loop.
THREADS = 4
#: ms between looks at an idle queue at the most.
IDLE_POLL_MS = 200


def main() -> int:
    """Run until asked to stop; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m workers", description=__doc__)
    parser.add_argument("--processes", type=int, default=1, choices=[1], help="one; start more of them for more")
    parser.add_argument("--until-eof", action="store_true", help="drain when standard input ends")
    parser.add_argument("--grace", type=float, default=20.0, help="seconds to drain")
    arguments = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if arguments.until_eof:
        threading.Thread(target=_wait_for_eof, args=(stop,), daemon=True).start()
    try:
        chosen = settings()
        configure_logs(chosen.log_level, chosen.log_format)
        with _redis_url(chosen) as url, metrics_served(chosen.metrics_host, chosen.metrics_port):
            _serve(url, chosen, stop, arguments.grace)
    except MigratorError as error:
        print(f"error: {error.what}\n  {error.advice}", file=sys.stderr)  # noqa: T201 - the way out of a program
        return error.exit_code
    return 0


def _serve(url: str, chosen: Settings, stop: threading.Event, grace: float) -> None:
    attendance = Attendance(
        url,
        lambda redis, name: Participation(redis, chosen, name),
        Drain(grace),
        keep_days=chosen.keep,
        on_end=lambda run: _announce_end(run, chosen),
    )
    with heartbeat(chosen.heartbeat_dir) if chosen.heartbeat_dir else nullcontext(lambda: None) as beat:
        broker = make_broker(url, attendance, Heartbeat(beat))
        declare(broker, attendance, chosen.lease_seconds)
        worker = dramatiq.Worker(broker, worker_threads=THREADS, worker_timeout=IDLE_POLL_MS)
        worker.start()
        stop.wait()
        worker.stop(timeout=int(grace * 1000))


async def _announce_end(run: Run, chosen: Settings) -> None:
    # A command that looks after its run announces the end itself, and its workers do without the import of reports.
    from migrator.coordinator.announcing import announce_end  # noqa: PLC0415 - 40 ms

    await announce_end(run, chosen)


@contextmanager
def _redis_url(chosen: Settings) -> Iterator[str]:
    if shared := shared_redis(chosen):
        yield shared
        return
    with valkey(chosen.state_dir) as url:
        yield url


def _wait_for_eof(stop: threading.Event) -> None:
    wait_for_coordinators_end()
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
