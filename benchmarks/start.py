"""The start: how long one waits for a first answer, and for a worker process that comes in.

A worker process whose nodes do nothing stands for one that migrates: what it lacks is the client of the destination.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.form import ContestForm
from benchmarks.options import Options
from benchmarks.rivals import Measure, contest
from migrator.embedded.valkey import valkey
from migrator.engine.publishing import publish
from tests.integration.engine.graphs import record_of
from tests.size.draining import drain, memory, ringing, workers
from tests.size.graphs import layers

#: Where the commands of this environment are.
COMMANDS = Path(sys.executable).parent


def measure(options: Options) -> list[ContestForm]:
    """The contest for the first word, and that of processes."""
    answers = {
        "migrator --help": [str(COMMANDS / "migrator"), "--help"],
        "prefect --help": [str(COMMANDS / "prefect"), "--help"],
        "python -c pass": [sys.executable, "-c", "pass"],
    }
    processes: dict[str, Measure] = {
        "a worker process, to the end of its first node": _first_node,
        "python -c 'import dramatiq'": partial(_answered, [sys.executable, "-c", "import dramatiq"]),
    }
    said: dict[str, Measure] = {name: partial(_answered, command) for name, command in answers.items()}
    return [
        contest("a first answer", said, options.rounds),
        contest("a worker process comes in", processes, options.rounds),
    ]


def _answered(command: Sequence[str]) -> Mapping[str, float]:
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"PREFECT_HOME": home}
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        return {"ms": (time.perf_counter() - began) * 1000}


def _first_node() -> Mapping[str, float]:
    with tempfile.TemporaryDirectory() as home, valkey(Path(home)) as url:
        return {"ms": asyncio.run(_until_first_node(url)) * 1000}


async def _until_first_node(url: str) -> float:
    plan = layers(1, hub=0, chain=0)
    async with Redis.from_url(url) as redis:
        before = await memory(redis)
        run = await publish(redis, record_of("start", plan), plan, ())
        # Of one machine, so that the server's clock is this one.
        began = time.time()
        with workers("tests.size.nothing", url, processes=1):
            await drain(run, before, ringing(run, url))
        return (await run.status()).ended / 1000 - began
