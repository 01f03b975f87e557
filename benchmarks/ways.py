"""Ways of bringing a run to its end whose nodes do nothing: worker processes, the bare scripts."""

from functools import partial

from redis.asyncio import Redis

from migrator.engine.doorbell import BATCH, workers_alive
from migrator.engine.publishing import publish
from migrator.engine.run import Run, new_token
from migrator.engine.scripts import RunState
from migrator.model.plan import Plan
from tests.integration.engine.graphs import record_of
from tests.size.draining import Ended, come_in, drain, memory, ringing, workers
from tests.size.graphs import ended_of

#: Seconds that a claim of the bare scripts lasts.
LEASE_SECONDS = 60.0
#: Batches of the bare scripts between two looks at what Redis holds.
BATCHES = 50


async def through_dramatiq(url: str, plan: Plan, *, processes: int, failing: int = 0) -> Ended:
    """By worker processes that are there before the clock starts; nodes below `failing` fail."""
    async with Redis.from_url(url) as redis:
        with workers("tests.size.nothing", url, str(failing), processes=processes):
            await come_in(partial(workers_alive, redis), processes)
            before = await memory(redis)
            run = await publish(redis, record_of("bench", plan), plan, ())
            return await drain(run, before, ringing(run, url))


async def by_one_client(url: str, plan: Plan, *, failing: int = 0) -> Ended:
    """By one client that claims and settles, and nothing else."""
    async with Redis.from_url(url) as redis:
        before = await memory(redis)
        run = await publish(redis, record_of("bench", plan), plan, ())
        return await drain(run, before, partial(_claim_and_settle, run, failing))


async def _claim_and_settle(run: Run, failing: int) -> None:
    for _ in range(BATCHES):
        claim = await run.claim(new_token("bare"), BATCH, LEASE_SECONDS)
        settlement = await run.settle(claim.token, [ended_of(node, failing) for node in claim.attempts])
        if settlement.state is RunState.FINISHED:
            return
