"""The engine: nodes that do nothing, so that all that is measured is dramatiq, Redis, and what is between them.

Redis is the embedded Valkey, with its append-only file, made anew for every measurement. Workers are there before the
clock starts; it ends, by Redis's own clock, when the last node has its outcome. A tenth of the nodes need one and the
same, the others up to three that are chosen at random. Calls are those of all scripts, dramatiq's included; their times
are upper bounds, in steps of two. One message per node is the way that suggests itself: it keeps no lease, and survives
no death.
"""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.form import ContestForm
from benchmarks.naive import naively
from benchmarks.options import Options
from benchmarks.rivals import Measure, contest
from migrator.embedded.valkey import valkey
from migrator.engine.doorbell import BATCH, workers_alive
from migrator.engine.publishing import publish
from migrator.engine.run import Run, new_token
from migrator.engine.scripts import RunState
from migrator.model.plan import Plan
from tests.integration.engine.graphs import record_of
from tests.size.draining import Ended, come_in, drain, memory, ringing, workers
from tests.size.graphs import arrived, layers

#: Nodes of a run, unless others are named.
SIZES = (10_000, 100_000)
#: Nodes that the naive way is measured with at the most; it takes many times as long.
NAIVE_AT_MOST = 10_000
#: Seconds that a claim of the bare script lasts.
LEASE_SECONDS = 60.0
#: Batches of the bare script between two looks at what Redis holds.
BATCHES = 50

Drained = Callable[[str, Plan], Coroutine[None, None, Ended]]


def measure(options: Options) -> list[ContestForm]:
    """A contest for each size."""
    return [_contest(nodes, options.rounds) for nodes in options.nodes]


def _contest(nodes: int, rounds: int) -> ContestForm:
    plan = layers(nodes, hub=nodes // 10, chain=0)
    rivals: dict[str, Measure] = {
        "2 worker processes": partial(_measured, plan, partial(_through_dramatiq, processes=2)),
        "1 worker process": partial(_measured, plan, partial(_through_dramatiq, processes=1)),
        "the bare scripts, one client": partial(_measured, plan, _by_one_client),
    }
    if nodes <= NAIVE_AT_MOST:
        rivals["one message per node, 2 worker processes"] = partial(_measured, plan, partial(naively, processes=2))
    return contest(f"{nodes:,} nodes", rivals, rounds)


def _measured(plan: Plan, drained: Drained) -> Mapping[str, float]:
    with tempfile.TemporaryDirectory() as home, valkey(Path(home)) as url:
        ended = asyncio.run(drained(url, plan))
    nodes = plan.graph.size
    assert ended.outcomes == {"created": nodes}, ended.outcomes  # noqa: S101 - a figure of anything else means nothing
    return {
        "nodes/s": nodes / ended.seconds,
        "bytes a node": ended.peak / nodes,
        "script calls a node": ended.calls / nodes,
        "ms, 99.9 % of script calls": ended.slowest(0.999) / 1000,
        "ms, the slowest": ended.slowest(1) / 1000,
    }


async def _through_dramatiq(url: str, plan: Plan, *, processes: int) -> Ended:
    async with Redis.from_url(url) as redis:
        with workers("tests.size.nothing", url, processes=processes):
            await come_in(partial(workers_alive, redis), processes)
            before = await memory(redis)
            run = await publish(redis, record_of("bench", plan), plan, ())
            return await drain(run, before, ringing(run, url))


async def _by_one_client(url: str, plan: Plan) -> Ended:
    async with Redis.from_url(url) as redis:
        before = await memory(redis)
        run = await publish(redis, record_of("bench", plan), plan, ())
        return await drain(run, before, partial(_claim_and_settle, run))


async def _claim_and_settle(run: Run) -> None:
    for _ in range(BATCHES):
        claim = await run.claim(new_token("bare"), BATCH, LEASE_SECONDS)
        settlement = await run.settle(claim.token, [arrived(node) for node in claim.attempts])
        if settlement.state is RunState.FINISHED:
            return
