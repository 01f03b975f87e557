"""`migrator workers`."""

import signal
import threading

import click

from migrator.embedded.workers import WORKER_COMMAND, worker_processes
from migrator.errors import UnreachableError
from migrator.settings import settings

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
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    chosen = settings()
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
