"""Attendance: a worker process says that it is there, and keeps runs going that nobody rings for.

Once a second, on the event loop: a heartbeat; for every run that is under way an expired lease is reaped, due
retries are promoted, and a bell is rung if there is work. So a run goes on without its coordinator, and without
any message that was lost.
"""

import asyncio
import os
import secrets
import socket
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress

import dramatiq
import structlog
from dramatiq.asyncio import get_event_loop_thread
from redis.asyncio import Redis
from redis.exceptions import RedisError

from migrator.engine import doorbell
from migrator.engine.connection import client_of
from migrator.engine.keys import RUNS, WORKERS
from migrator.engine.run import Run, redis_ms, runs_under_way
from migrator.engine.scripts import RunState
from migrator.settings import Settings
from workers.participation import Participation

#: Seconds between two rounds.
ROUND = 1.0
#: ms that a heartbeat is good for.
ALIVE_MS = 5_000
#: Seconds for taking leave.
LEAVE = 5.0

log = structlog.get_logger()


class Attendance(dramatiq.Middleware):
    """This process among the workers.

    Args:
        url: The Redis.
        settings: Of this process.
    """

    def __init__(self, url: str, settings: Settings) -> None:
        self.draining = threading.Event()
        self.participation: Participation
        self._url = url
        self._settings = settings
        # Containers may share a host's name and begin with the same process id.
        self._name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
        self._broker: dramatiq.Broker
        self.redis: Redis
        self._rounds: Future[None]

    def after_worker_boot(self, broker: dramatiq.Broker, _worker: dramatiq.Worker) -> None:
        """Come in: dramatiq's event loop runs by now."""
        self._broker = broker
        self.redis = client_of(self._url)
        self.participation = Participation(self.redis, self._settings, self._name)
        self._rounds = _on_the_loop(self._keep_rounds())

    def before_worker_shutdown(self, _broker: dramatiq.Broker, _worker: dramatiq.Worker) -> None:
        """Drain: slices claim no more, and give back what they have not started."""
        self.draining.set()
        self._rounds.cancel()

    def after_worker_shutdown(self, _broker: dramatiq.Broker, _worker: dramatiq.Worker) -> None:
        """Leave: dramatiq's event loop still runs."""
        _on_the_loop(self._leave()).result(LEAVE)

    async def _leave(self) -> None:
        with suppress(RedisError):
            await self.redis.zrem(WORKERS, self._name)
        await self.participation.aclose()
        await self.redis.aclose()

    async def _keep_rounds(self) -> None:
        while True:
            try:
                await self._round()
            except RedisError as error:
                log.warning("waits for Redis", error=type(error).__name__)
            except Exception as error:  # noqa: BLE001 - one run that cannot be read must not stop the others
                log.warning("a round failed", error=type(error).__name__)
            await asyncio.sleep(ROUND)

    async def _round(self) -> None:
        now = await redis_ms(self.redis)
        await self.redis.zadd(WORKERS, {self._name: now + ALIVE_MS})
        await self.redis.zremrangebyscore(WORKERS, "-inf", now)
        for run_id in await runs_under_way(self.redis):
            run = Run(self.redis, run_id)
            settlement = await run.help_along()
            if settlement.state in {RunState.FINISHED, RunState.CANCELLED, None}:
                await self.redis.zrem(RUNS, run.id)
            elif await self.participation.migration(run.id) is not None:
                await doorbell.ring(run, self._broker)


def _on_the_loop(coroutine: Coroutine[None, None, None]) -> Future[None]:
    """Start a coroutine on dramatiq's event loop, beside the actors."""
    thread = get_event_loop_thread()
    if thread is None:
        raise RuntimeError("dramatiq's AsyncIO middleware has not been added")
    return asyncio.run_coroutine_threadsafe(coroutine, thread.loop)
