"""The start: how long one waits for a first answer, for a plan that holds nothing, and for a worker process.

Both workspaces of the plan are empty Prefect servers, between which `prefect transfer` finds nothing to do either. A
worker process is there for nodes that do nothing, or writes to a stand-in for a Prefect server.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.form import ContestForm
from benchmarks.headline import Headline
from benchmarks.options import Options
from benchmarks.rivals import Measure, contest
from benchmarks.scale.migration import Fleet, Load, Place, place, side_of
from benchmarks.scale.serving import stand_in
from migrator.demo.servers import prefect_servers
from migrator.embedded.valkey import valkey
from migrator.engine.publishing import publish
from migrator.engine.run import Run
from tests.integration.engine.graphs import record_of
from tests.size.draining import drain, ringing, workers
from tests.size.graphs import layers

#: The profiles of two workspaces.
PAIR = ("here", "there")
#: What stands in the summary.
HEADLINES = (Headline("a first answer", "prefect --help"),)
#: Where the commands of this environment are.
COMMANDS = Path(sys.executable).parent


def measure(options: Options) -> Iterator[ContestForm]:
    """The contest for the first word, and that of processes."""
    answers = {
        "migrator --help": [str(COMMANDS / "migrator"), "--help"],
        "prefect --help": [str(COMMANDS / "prefect"), "--help"],
        "python -c pass": [sys.executable, "-c", "pass"],
    }
    processes: dict[str, Measure] = {
        "a worker process, to the end of its first node": _first_node,
        "a worker process, to its first create": _first_create,
        "python -c 'import dramatiq'": partial(_answered, [sys.executable, "-c", "import dramatiq"]),
    }
    said: dict[str, Measure] = {name: partial(_answered, command) for name, command in answers.items()}
    yield contest("a first answer", said, options.rounds)
    yield contest("a worker process comes in", processes, options.rounds)
    yield _plan_of_nothing(options.rounds)


def _plan_of_nothing(rounds: int) -> ContestForm:
    with tempfile.TemporaryDirectory() as home, prefect_servers(len(PAIR)) as servers:
        tables = (
            f'[profiles.{name}]\nPREFECT_API_URL = "{server.api_url}"\n'
            for name, server in zip(PAIR, servers, strict=True)
        )
        (Path(home) / "profiles.toml").write_text("".join(tables), encoding="utf-8")
        between = [f"--{side}={name}" for side, name in zip(("from", "to"), PAIR, strict=True)]
        commands = {
            "migrator plan": [str(COMMANDS / "migrator"), "plan", *between],
            "prefect transfer": [str(COMMANDS / "prefect"), "--no-prompt", "transfer", *between],
        }
        for command in commands.values():
            # What a server does once for the first who asks is nobody's start.
            _answered(command, home)
        rivals: dict[str, Measure] = {name: partial(_answered, command, home) for name, command in commands.items()}
        return contest("the plan of two empty workspaces", rivals, rounds)


def _answered(command: Sequence[str], profiles: str = "") -> Mapping[str, float]:
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"PREFECT_HOME": profiles or home, "MIGRATOR_STATE_DIR": home}
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        return {"ms": (time.perf_counter() - began) * 1000}


def _first_node() -> Mapping[str, float]:
    with tempfile.TemporaryDirectory() as home, valkey(Path(home)) as url:
        return asyncio.run(_until_first_node(url))


async def _until_first_node(url: str) -> Mapping[str, float]:
    plan = layers(1, hub=0, chain=0)
    async with Redis.from_url(url) as redis:
        run = await publish(redis, record_of("start", plan), plan, ())
        return await _until_end(run, url, workers("tests.size.nothing", url, processes=1))


def _first_create() -> Mapping[str, float]:
    with stand_in() as server, place(side_of(server)) as where:
        return asyncio.run(_until_first_create(where, Load(side_of(server), creates=1)))


async def _until_first_create(where: Place, load: Load) -> Mapping[str, float]:
    async with Redis.from_url(where.url) as redis:
        run = await load.publish(redis, where.seal)
        return await _until_end(run, where.url, where.working(Fleet(processes=1, concurrency=1)))


async def _until_end(run: Run, url: str, working: AbstractContextManager[None]) -> Mapping[str, float]:
    # Of one machine, so that the server's clock is this one.
    began = time.time()
    with working:
        await drain(run, 0, ringing(run, url))
    return {"ms": (await run.status()).ended - began * 1000}
