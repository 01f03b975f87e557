"""Many nodes that do nothing, through dramatiq and two worker processes: some in `make test`, a million in `make size`.

What does not depend on the machine is asserted always; times only by `make size`, which has the machine to itself.
"""

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from migrator.embedded.valkey import valkey
from migrator.engine.keeping import purge
from migrator.engine.publishing import publish
from migrator.model.plan import Plan
from tests.integration.engine.graphs import record_of
from tests.size.draining import Ended, drain, memory, ringing, workers
from tests.size.graphs import layers

NODES = int(os.environ.get("NODES", "20000"))
#: Whether times are asserted.
TIMED = "NODES" in os.environ
HUB, CHAIN = min(100_000, NODES // 10), min(10_000, NODES // 20)
#: Bytes of Redis's memory that a node may take, sealed bodies apart.
BYTES_PER_NODE = 350
#: µs of the slowest of a thousand calls, and of an answer while a run is removed.
SLOWEST_CALL, SLOWEST_ANSWER = 10_000, 50_000
#: Bytes that Redis takes for its clients and files, however many nodes there are.
FIXED = 3 << 20


@pytest.mark.timeout(3600 if TIMED else 180)
@pytest.mark.parametrize("failing", [0, 1], ids=["all arrive", "a failure above all"])
def test_a_run_of_many_nodes_ends_within_its_budget(failing: int, tmp_path: Path) -> None:
    """Invariant 12, at size: memory a node, calls a node, time a call; and it is removed without a stall."""
    with valkey(tmp_path) as url:
        asyncio.run(_measure(url, layers(NODES, hub=HUB, chain=CHAIN), failing))


async def _measure(url: str, plan: Plan, failing: int) -> None:
    async with Redis.from_url(url) as redis:
        before = await memory(redis)
        began = time.monotonic()
        run = await publish(redis, record_of("many", plan), plan, ())
        published = time.monotonic() - began
        with workers("tests.size.nothing", url, str(failing)):
            ended = await drain(run, before, ringing(run, url))
        async with _asking(url) as slowest:
            await purge(run)
            await asyncio.sleep(1.0)
        said = f"{NODES} nodes published in {published:.1f} s, drained in {ended.seconds:.1f} s"
        print(f"\n{said}, {NODES / ended.seconds:.0f}/s, {ended.peak / NODES:.0f} bytes a node at the most")  # noqa: T201
        print(f"{ended.calls / NODES:.3f} calls a node, p99.9 {ended.slowest(0.999)} µs, removal {slowest()} µs")  # noqa: T201
    _judge(ended, failing)
    if TIMED:
        assert ended.slowest(0.999) <= SLOWEST_CALL
        assert slowest() <= SLOWEST_ANSWER


def _judge(ended: Ended, failing: int) -> None:
    expected = {"created": NODES} if not failing else {"failed": 1, "skipped": NODES - 1}
    assert ended.outcomes == expected
    assert ended.peak <= BYTES_PER_NODE * NODES + FIXED
    # The nodes of a chain are ready one by one, and cost some three calls each.
    bound = 4 * CHAIN + NODES / 5 if not failing else NODES / 20
    assert ended.calls <= bound


@asynccontextmanager
async def _asking(url: str) -> AsyncIterator[Callable[[], int]]:
    """Asks Redis all the time; yields what says how long the slowest answer took, in µs."""
    slowest, over = 0, asyncio.Event()

    async def ask() -> None:
        nonlocal slowest
        async with Redis.from_url(url) as redis:
            while not over.is_set():
                began = time.perf_counter()
                await redis.ping()
                slowest = max(slowest, int((time.perf_counter() - began) * 1e6))
                await asyncio.sleep(0.001)

    # A million objects of the plan are this process's; collecting them would look like a slow answer.
    gc.disable()
    asking = asyncio.create_task(ask())
    yield lambda: slowest
    gc.enable()
    over.set()
    await asking
