"""Attendance: a worker process says that it is there, and keeps runs going that nobody rings for.

Once a second, on the event loop: a heartbeat; for every run that is under way an expired lease is reaped, due
retries are promoted, and a bell is rung if there is work. So a run goes on without its coordinator, and without
any message that was lost. Once a minute, what is over is let go.
"""

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import dramatiq
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from migrator import __version__
from migrator.engine import doorbell, hindrances, keeping, presence
from migrator.engine.cancellation import raise_if_cancelled
from migrator.engine.connection import client_of
from migrator.engine.restarts import notice_restart
from migrator.engine.run import Run, redis_ms, runs_under_way
from workers import metrics, run_gauges
from workers.drain import Drain
from workers.event_loop import on_the_loop
from workers.logs import log_redis
from workers.noticing import notice
from workers.work import Works

#: Seconds between two rounds.
ROUND = 1.0
#: Seconds between two looks for runs whose time is over.
SWEEP_EVERY = 60.0
#: ms that a run which has ended is left to those who are still at it.
LAST_WORDS_MS = 5_000
#: Seconds for taking leave.
LEAVE = 5.0

log = structlog.get_logger()


async def _nothing(_run: Run) -> None:
    """For who has nothing to do at the end of a run."""


class Attendance(dramatiq.Middleware):
    """This process among the workers.

    Args:
        url: The Redis.
        works: Given Redis and the name of the process, the runs that it takes part in.
        drain: Is begun when the process is asked to end.
        keep_days: For how long a run that has ended is kept.
        on_end: What is done for a run that has ended and that no command looks after; nobody waits for it.
    """

    def __init__(
        self,
        url: str,
        works: Callable[[Redis, str], Works[Any]],
        drain: Drain,
        keep_days: float,
        on_end: Callable[[Run], Coroutine[None, None, None]] = _nothing,
    ) -> None:
        self.drain = drain
        self.works: Works[Any]
        self.redis: Redis
        self._url = url
        self._open = works
        self._keep_days = keep_days
        self._on_end = on_end
        self._aside: set[asyncio.Task[None]] = set()
        # Containers may share a host's name and begin with the same process id.
        self._name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
        self._broker: dramatiq.Broker
        self._loops: list[Future[None]] = []
        self._turning: list[asyncio.Task[Any]] = []
        self._swept_at = time.monotonic()
        self._server = ""
        self._present = 0

    def before_worker_boot(self, broker: dramatiq.Broker, _worker: dramatiq.Worker) -> None:
        """Come in, before the first bell is heard: dramatiq's event loop runs by now, and its consumers do not yet."""
        self._broker = broker
        self.redis = client_of(self._url)
        self.works = self._open(self.redis, self._name)
        log.info("a worker process begins", worker=self._name, version=__version__)
        metrics.WORKER.labels(self._name, __version__).set(1)
        self._loops = [on_the_loop(self._keep(self._beat)), on_the_loop(self._keep(self._round))]

    def before_worker_shutdown(self, _broker: dramatiq.Broker, _worker: dramatiq.Worker) -> None:
        """Drain: slices claim no more, and give back what they have not started."""
        self.drain.begin()
        log.info("drains", worker=self._name)
        for loop in self._loops:
            loop.cancel()

    def after_worker_shutdown(self, _broker: dramatiq.Broker, _worker: dramatiq.Worker) -> None:
        """Leave: dramatiq's event loop still runs."""
        on_the_loop(self._leave()).result(LEAVE)
        log.info("a worker process ends", worker=self._name)

    async def _leave(self) -> None:
        for task in self._aside:
            task.cancel()
        # A turn that is not over would open again what is closed here, and one aside still needs it.
        await asyncio.gather(*self._turning, *self._aside, return_exceptions=True)
        with suppress(RedisError):
            await presence.leave(self.redis, self._name)
            for run_id in await runs_under_way(self.redis):
                await hindrances.tell(Run(self.redis, run_id), self._name, "")
        await self.works.aclose()
        await self.redis.aclose()

    async def _keep(self, turn: Callable[[], Coroutine[None, None, None]]) -> None:
        self._turning += filter(None, [asyncio.current_task()])
        while True:
            try:
                await turn()
            except RedisError as error:
                log_redis(error)
            raise_if_cancelled()
            await asyncio.sleep(ROUND)

    def _do_aside(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def _beat(self) -> None:
        """Say that this process is there; apart from the rounds, which may wait for a workspace."""
        self._server = await notice_restart(self.redis, self._server)
        self._present = await presence.attend(self.redis, self._name)

    async def _round(self) -> None:
        runs = await runs_under_way(self.redis)
        run_gauges.forget_all_but(runs)
        for run_id in runs:
            try:
                await self._look_after(Run(self.redis, run_id))
            except RedisError:
                raise
            except Exception as error:  # noqa: BLE001 - one run that cannot be read must not stop the others
                log.warning("a run could not be looked after", run=run_id, error=type(error).__name__)
        if time.monotonic() - self._swept_at > SWEEP_EVERY:
            self._swept_at = time.monotonic()
            for run_id in await keeping.sweep(self.redis):
                log.info("removed a run whose time was over", run=run_id)

    async def _look_after(self, run: Run) -> None:
        if await run.is_of_another_version():
            # It is no more than told that it is left alone.
            await self._work_at(run)
            return
        settlement = await run.help_along()
        await notice(run, settlement)
        if settlement.state is None:
            await keeping.forget(run)
            return
        status = await run.status()
        run_gauges.show(run.id, status)
        if status.state.is_an_end:
            if await redis_ms(self.redis) - status.ended > LAST_WORDS_MS:
                self._do_aside(self._on_end(run))
                await keeping.retire(run, self._keep_days)
        elif await self._work_at(run):
            await doorbell.ring(run, self._broker, self._present)

    async def _work_at(self, run: Run) -> bool:
        """Whether this process takes part in a run; what keeps it from that is told."""
        work = await self.works.work(run.id)
        why = self.works.refusal(run.id) if work is None else work.hindrance
        await hindrances.tell(run, self._name, why)
        return work is not None
