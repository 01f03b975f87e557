"""Nodes that do nothing, drained by worker processes, and what that costs Redis; also for the benchmark."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from redis.asyncio import Redis

from migrator.engine import doorbell
from migrator.engine.run import Run, redis_ms
from migrator.engine.scripts import RunState

#: Seconds between two looks at a run.
LOOK = 0.25
#: Seconds that worker processes have to come in.
COMING = 30.0


@dataclass
class Ended:
    """What a run has cost.

    Attributes:
        outcomes: How many nodes have come to what.
        seconds: Until the last of them has.
        peak: Bytes that Redis held for it at the most.
        calls: Of all scripts.
        histogram: How many of them took so many µs at the most.
        cpu: µs of processor, user's and system's, of the thread of Redis that runs commands.
        commands: What Redis counts of each command (INFO commandstats), also inside scripts.
    """

    outcomes: dict[str, int]
    seconds: float
    peak: int
    calls: int
    histogram: dict[int, int]
    cpu: float
    commands: Mapping[str, Mapping[str, float]]

    def slowest(self, share: float) -> int:
        """µs within which a share of the calls ended; steps of two, as Redis counts them."""
        return next(us for us, calls in sorted(self.histogram.items()) if calls >= share * self.calls)


class Meter:
    """What Redis does and holds for something, from `start` on.

    Args:
        redis: The Redis.
        before: Bytes that it held before.
    """

    def __init__(self, redis: Redis, before: int) -> None:
        self._redis = redis
        self._before = before
        self._began = 0
        self._cpu = 0.0
        self._peak = 0

    async def start(self) -> None:
        """Count from here on."""
        await self._redis.config_resetstat()
        self._cpu = await _cpu(self._redis)
        self._began = await redis_ms(self._redis)

    async def look(self) -> None:
        """See how much it holds."""
        self._peak = max(self._peak, await memory(self._redis) - self._before)

    async def read(self, outcomes: dict[str, int], ended: int) -> Ended:
        """What it has cost, by what nodes have come to and when the last of them has (ms since the epoch)."""
        await self.look()
        histogram, commands = await _histogram(self._redis), await self._redis.info("commandstats")
        return Ended(
            outcomes,
            seconds=max(1, ended - self._began) / 1000,
            peak=self._peak,
            calls=histogram[b"calls"],
            histogram=histogram[b"histogram_usec"],
            cpu=await _cpu(self._redis) - self._cpu,
            commands=commands,
        )


async def drain(run: Run, before: int, turn: Callable[[], Awaitable[None]]) -> Ended:
    """Take turns until a run has ended.

    Args:
        run: The run.
        before: Bytes that Redis held before it was published.
        turn: Lets some of it be done.
    """
    meter = Meter(run.redis, before)
    await meter.start()
    while (status := await run.status()).state is not RunState.FINISHED:
        await meter.look()
        await turn()
    return await meter.read(status.outcomes, status.ended)


def ringing(run: Run, url: str) -> Callable[[], Awaitable[None]]:
    """Turns that leave the work to worker processes: ring for them, and wait a moment."""
    broker = doorbell.broker_of(url, [])

    async def turn() -> None:
        await doorbell.ring(run, broker)
        await asyncio.sleep(LOOK)

    return turn


async def memory(redis: Redis) -> int:
    """Bytes that Redis holds."""
    return int((await redis.info("memory"))["used_memory"])


async def _cpu(redis: Redis) -> float:
    used = await redis.info("cpu")
    return float(1e6 * (used["used_cpu_user_main_thread"] + used["used_cpu_sys_main_thread"]))


async def _histogram(redis: Redis) -> Any:
    reply = await redis.execute_command("LATENCY", "HISTOGRAM", "evalsha")  # type: ignore[no-untyped-call]
    return reply[b"evalsha"]


async def come_in(present: Callable[[], Awaitable[int]], processes: int) -> None:
    """Wait until so many worker processes are there."""
    async with asyncio.timeout(COMING):
        while True:
            if await present() >= processes:
                return
            await asyncio.sleep(LOOK / 5)


@contextmanager
def workers(
    module: str, *arguments: str, processes: int = 2, environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[None]:
    """Worker processes, for as long as the context lasts; they end well.

    Args:
        module: What they run.
        arguments: What it is given.
        processes: How many.
        environment: What they are told beside what we were.
    """
    # What they log is of no interest; what breaks them goes to standard error.
    command = [sys.executable, "-m", module, *arguments]
    told = os.environ | environment
    started = [subprocess.Popen(command, stdout=subprocess.DEVNULL, env=told) for _ in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            assert process.wait(30) == 0
