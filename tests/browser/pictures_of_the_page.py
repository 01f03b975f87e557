"""The page for its pictures: a run that has been going on for a while, with all that there can be to see."""

import asyncio
import os
import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis

from migrator import __version__
from migrator.embedded.valkey import valkey
from migrator.engine.budget import Budget, Report
from migrator.engine.hindrances import tell
from migrator.engine.keys import VERSIONS, WORKERS
from migrator.engine.pace import STEP
from migrator.engine.run import Run, redis_ms
from migrator.engine.scripts import Result
from migrator.model.bounds import Bounds
from tests.browser.workspace import ALONE, DENIED, publish_workspace
from tests.integration.engine.bench import done, failed
from tests.served_page import ServedPage, served_page

RUN = "20261126-103218-4be1c9"
#: How large the workspace is, how many of it have settled, and for how many steps it has been going on.
TIMES, SETTLED, STEPS = 40, 1700, 40
REJECTED = '{"type":"Rejected","message":"parameters.region: it is none of the values that its schema allows"}'
_WORKERS = {"worker-7c9f-2hk4x/1": "", "worker-7c9f-8xwzq/1": "", "worker-5d1a-lm2vb/1": "it has another sealing key"}


@asynccontextmanager
async def page_of_a_run() -> AsyncIterator[ServedPage]:
    """The page, with a run under way."""
    with tempfile.TemporaryDirectory() as directory, valkey(Path(directory)) as url:
        async with Redis.from_url(url) as redis:
            run = await publish_workspace(redis, RUN, times=TIMES)
            await _settle(run)
            await _let_it_have_taken_a_while(run)
            await _let_workers_be_there(run)
            pressing = asyncio.create_task(_press(run))
            with served_page({**os.environ, "MIGRATOR_REDIS_URL": url}) as page:
                yield page
            pressing.cancel()


async def _settle(run: Run) -> None:
    settled = 0
    while settled < SETTLED:
        claim = await run.claim("worker/lease", 100, 600.0)
        await run.settle("worker/lease", [_ended(node) for node in claim.attempts])
        settled += len(claim.attempts)
    await run.claim("worker/lease", 48, 600.0)


def _ended(node: int) -> Result:
    """Most arrive; a few of those that nobody needs, and of deployments, do not."""
    if node < ALONE:
        return failed(node, DENIED)
    return failed(node, REJECTED) if node % 173 == 0 else done(node)


async def _let_it_have_taken_a_while(run: Run) -> None:
    dice = random.Random(4)  # noqa: S311 - a picture, no secret
    now = await redis_ms(run.redis) // 1000 // STEP * STEP
    pace: dict[str | bytes, int | bytes] = {
        f"{now - STEP * (STEPS - step)} created": 20 + step + dice.randrange(14) for step in range(STEPS)
    }
    pace |= {f"{now - STEP * (STEPS - step)} failed": dice.randrange(4) for step in range(8, STEPS, 5)}
    await run.redis.delete(run.keys["pace"])
    for step, nodes in pace.items():
        await run.redis.hset(run.keys["pace"], step, str(nodes))


async def _let_workers_be_there(run: Run) -> None:
    until = await redis_ms(run.redis) + 600_000
    await run.redis.zadd(WORKERS, dict.fromkeys(_WORKERS, until))
    for worker, hindrance in _WORKERS.items():
        await run.redis.hset(VERSIONS, worker, __version__)
        await tell(run, worker, hindrance)


async def _press(run: Run) -> None:
    """Two of them write, at the pace that the destination takes."""
    destination = (await run.record()).destination.identity
    budgets = [Budget(run.redis, destination, worker, 16) for worker, hindrance in _WORKERS.items() if not hindrance]
    while True:
        for budget in budgets:
            await budget.share(Report(answered=60, heard=1), Bounds(40.0, None))
        await asyncio.sleep(0.2)
