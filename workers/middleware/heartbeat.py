"""The heartbeat: a sign of life that needs no Redis, for whoever decides whether a process hangs."""

import asyncio
from collections.abc import Callable

import dramatiq

from migrator.embedded.heartbeats import EVERY
from workers.event_loop import on_the_loop


class Heartbeat(dramatiq.Middleware):
    """Beats on the event loop, where all work is done: whatever holds that up holds the heart up.

    Args:
        beat: What is done every time.
    """

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat = beat
        self._beating: asyncio.Task[None]

    def before_worker_boot(self, _broker: dramatiq.Broker, _worker: dramatiq.Worker) -> None:
        """Begin, with or without a Redis."""
        on_the_loop(self._begin()).result()

    def after_worker_shutdown(self, _broker: dramatiq.Broker, _worker: dramatiq.Worker) -> None:
        """End, when all is drained."""
        on_the_loop(self._end()).result()

    async def _begin(self) -> None:
        self._beating = asyncio.create_task(self._keep_beating())

    async def _end(self) -> None:
        self._beating.cancel()
        await asyncio.wait({self._beating})

    async def _keep_beating(self) -> None:
        while True:
            self._beat()
            await asyncio.sleep(EVERY)
