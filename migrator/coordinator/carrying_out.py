"""Carrying out a published run, with worker processes of its own where they are asked for."""

import asyncio
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from redis.exceptions import AuthenticationError, RedisError

from migrator.coordinator.reinforcing import reinforced
from migrator.coordinator.supervision import supervise
from migrator.coordinator.workplace import Workplace
from migrator.embedded.workers import Fleet, worker_processes
from migrator.engine import doorbell, keeping
from migrator.engine.address import may_rotate
from migrator.engine.connection import AWAY
from migrator.engine.run import Run
from migrator.engine.standing import Standing
from migrator.engine.steering import pause
from migrator.errors import InterruptedByUserError, ResumableError
from migrator.settings import Settings

Show = Callable[[Standing | None], None]
"""Shows where a run stands; None while Redis is away."""
Running = Callable[[str], AbstractContextManager[Show]]
"""Given its id, shows a run for as long as it is carried out."""

#: Seconds that a Redis may be away before a command ends without it. Reading back a large file takes a while.
PATIENCE = 120.0
#: Seconds between two looks whether it is back.
REDIS_AWAY = 1.0


async def carry_out(
    run: Run,
    place: Workplace,
    workers: int,
    settings: Settings,
    running: Running,
    *,
    wait: float | None = None,
    through_pauses: bool = False,
) -> None:
    """Start a worker, and up to `workers` as they are needed; supervise the run to its end, and let them leave.

    Ctrl-C pauses the run; SIGTERM leaves it to the workers that were started elsewhere, and so does the end of `wait`.
    One that is paused is left, or with `through_pauses` waited for.

    Raises:
        ResumableError: It was paused, waited for long enough, this process was asked to end, or nobody works at it.
        InterruptedByUserError: Ctrl-C.
    """
    if not (await run.status()).state.is_an_end:
        # One at first: a worker more is worth its start only where the destination takes more than one may send.
        first = min(workers, 1)
        with worker_processes(first, state_dir=settings.state_dir, redis_url=settings.redis_url) as fleet:
            in_time = _in_time(run.id, wait, is_left_alone=settings.redis_url is None)

            def look() -> None:
                in_time()
                _look_after(fleet, settings, workers)

            async with reinforced(fleet, run, workers, settings.concurrency):
                await _supervise(run, place, look, running, through_pauses=through_pauses)
    await keeping.retire(run, settings.keep)


async def watch_over(run: Run, place: Workplace, running: Running, wait: float | None = None) -> None:
    """Supervise a run that others work at, until it has ended; Ctrl-C changes nothing.

    Raises:
        ResumableError: It was paused, waited for long enough, or nobody works at it any more.
        InterruptedByUserError: Ctrl-C.
    """
    with running(run.id) as show:
        try:
            await _patiently(run, place, show, _in_time(run.id, wait))
        except asyncio.CancelledError:
            raise InterruptedByUserError(
                f"run {run.id} is not watched any more, and goes on", f"watch it again: migrator watch {run.id}"
            ) from None


async def _supervise(
    run: Run, place: Workplace, on_look: Callable[[], None], running: Running, *, through_pauses: bool
) -> None:
    with running(run.id) as show, _terminable(run.id) as raise_if_terminated:

        def look() -> None:
            raise_if_terminated()
            on_look()

        try:
            await _patiently(run, place, show, look, through_pauses=through_pauses)
        except asyncio.CancelledError:
            with suppress(RedisError):
                await pause(run, "interrupted by Ctrl-C")
            raise InterruptedByUserError(
                f"interrupted; run {run.id} is paused",
                f"go on: migrator resume {run.id}\n  or end it: migrator cancel {run.id}; what has arrived stays",
            ) from None


async def _patiently(
    run: Run, place: Workplace, show: Show, on_look: Callable[[], None], *, through_pauses: bool = False
) -> None:
    """Supervise a run, and wait for a Redis that is away meanwhile.

    Raises:
        RedisError: It stays away.
        ResumableError: The run was paused, or nobody works at it any more.
    """
    broker, seen_at = doorbell.broker_of(place.url, []), time.monotonic()

    def seen(standing: Standing) -> None:
        nonlocal seen_at
        seen_at = time.monotonic()
        show(standing)

    while True:
        try:
            await supervise(run, broker, seen, on_look, through_pauses=through_pauses)
        except AWAY as error:
            is_hopeless = isinstance(error, AuthenticationError) and not may_rotate(place.url)
            if is_hopeless or time.monotonic() - seen_at > PATIENCE:
                raise
            show(None)
            await asyncio.to_thread(place.revive)
            await asyncio.sleep(REDIS_AWAY)
        else:
            return


def _look_after(fleet: Fleet, settings: Settings, workers: int) -> None:
    fleet.poll()
    if workers and fleet.is_spent:
        raise ResumableError(
            f"the worker processes ended, the last with status {fleet.last_exit}",
            f"see {settings.state_dir / 'workers.log'}",
        )


def _in_time(run_id: str, wait: float | None, *, is_left_alone: bool = False) -> Callable[[], None]:
    """Lets the supervision end when a run was waited for long enough; with the embedded Valkey its workers end too."""
    goes_on = "waits for workers" if is_left_alone else "goes on where workers are there"
    advice = f"go on: migrator resume {run_id}" if is_left_alone else f"follow it: migrator watch {run_id}"
    over_at = math.inf if wait is None else time.monotonic() + wait

    def raise_if_over() -> None:
        if time.monotonic() >= over_at:
            raise ResumableError(f"run {run_id} has not ended in {wait:.0f} s, and {goes_on}", advice)

    return raise_if_over


@contextmanager
def _terminable(run_id: str) -> Iterator[Callable[[], None]]:
    """Lets SIGTERM end the supervision in an orderly way."""
    terminated = asyncio.Event()
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGTERM)
    loop.add_signal_handler(signal.SIGTERM, terminated.set)

    def raise_if_terminated() -> None:
        if terminated.is_set():
            raise ResumableError(
                f"asked to end; run {run_id} goes on where other workers are there",
                f"go on here: migrator resume {run_id}",
            )

    try:
        yield raise_if_terminated
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGTERM, before)
