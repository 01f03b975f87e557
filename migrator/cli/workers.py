"""`migrator workers`."""

import signal
import threading

import click

from migrator.embedded.workers import WORKER_COMMAND, worker_processes
from migrator.errors import InterruptedByUserError, UnreachableError
from migrator.settings import Settings, settings

#: Seconds between two looks at the processes.
LOOK = 1.0
#: Seconds that processes have to take leave when their grace is over, before they are killed.
LEAVE = 5.0


@click.command()
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1), help="Worker processes to start.")
@click.option(
    "--grace",
    default=20.0,
    show_default=True,
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="For how long what is in flight may go on after SIGTERM.",
)
def workers(*, processes: int, grace: float) -> None:
    """Run worker processes until SIGTERM or Ctrl-C, which drain them. They log to standard error."""
    chosen = settings()
    try:
        _work(processes, grace, chosen, _asked_to_end())
    except KeyboardInterrupt:
        raise InterruptedByUserError(
            "the worker processes were ended at once",
            f"what was in flight is given back when its lease is over, in {chosen.lease_seconds:.0f} s at the most",
        ) from None


def _asked_to_end() -> threading.Event:
    """Set by the first SIGTERM or Ctrl-C; the next Ctrl-C is a `KeyboardInterrupt`."""
    asked = threading.Event()

    def ask(*_: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return asked


def _work(processes: int, grace: float, chosen: Settings, stop: threading.Event) -> None:
    with worker_processes(
        processes,
        state_dir=chosen.state_dir,
        redis_url=chosen.redis_url,
        command=(*WORKER_COMMAND, "--grace", str(grace)),
        grace=grace + LEAVE,
        log_to_stderr=True,
    ) as fleet:
        while not stop.wait(LOOK):
            fleet.poll()
            if fleet.is_spent:
                raise UnreachableError(
                    f"the worker processes ended, the last with status {fleet.last_exit}",
                    "their last lines say why",
                )
