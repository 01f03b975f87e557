"""The rivals: each brings what a source has to a destination, in its own way."""

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.transfer.floor import Floor
from benchmarks.transfer.plain_client import PlainClient
from benchmarks.transfer.stage import Stage
from benchmarks.transfer.usage import Used, use

#: Where the commands of this environment are.
COMMANDS = Path(sys.executable).parent
#: Seconds after which a command is stopped.
LIMIT = 1200.0
PAIR = ("--from", "source", "--to", "destination")
#: How one types it.
RUN = ("run", *PAIR, "--yes", "--json")

Mover = Callable[[Stage], Used]


def migrator(stage: Stage) -> Used:
    """`migrator run`, as one types it."""
    return command(stage, "migrator", *RUN)


def prefect_transfer(stage: Stage) -> Used:
    """`prefect transfer`."""
    return command(stage, "prefect", "--no-prompt", "transfer", *PAIR)


def command(stage: Stage, program: str, *arguments: str) -> Used:
    """A command of this environment, between both servers."""
    return use([str(COMMANDS / program), *arguments], stage.environment, stage.home, LIMIT)


@dataclass(frozen=True)
class BareCreates:
    """The bare creates.

    Attributes:
        floor: What is created.
        in_flight: How many requests are under way at the most.
    """

    floor: Floor
    in_flight: int

    def __call__(self, stage: Stage) -> Used:
        """Write everything."""
        began, clock, cpu = time.time(), time.monotonic(), time.process_time()
        asyncio.run(self._write(stage))
        return Used(began, time.monotonic() - clock, time.process_time() - cpu, None, 0, b"")

    async def _write(self, stage: Stage) -> None:
        async with PlainClient(stage.destination.api_url, self.in_flight) as client:
            await self.floor.write(client)
