"""A coordinator of a storm, which publishes and supervises: `python -m tests.chaos.coordinator SEED URL RUN`."""

import asyncio
import sys

from migrator.coordinator.supervision import supervise
from migrator.engine.connection import connected
from migrator.engine.doorbell import broker_of
from migrator.engine.keys import RUNS
from migrator.engine.publishing import publish
from migrator.engine.run import Run, server_of
from tests.chaos.haste import make_haste
from tests.chaos.scenario import scenario
from tests.integration.engine.graphs import bodies_of, record_of


async def coordinate(seed: int, url: str, run_id: str) -> None:
    """Publish the run unless it is there, and watch it to its end."""
    async with connected(url) as redis:
        run = Run(redis, run_id)
        if await redis.zscore(RUNS, run_id) is None:
            plan = scenario(seed).plan
            record = record_of(run_id, plan).model_copy(update={"redis": await server_of(redis)})
            await publish(redis, record, plan, bodies_of(plan))
        await supervise(run, broker_of(url, []), lambda _: None, lambda: None)


def main() -> None:
    """Coordinate, in haste."""
    make_haste()
    seed, url, run_id = sys.argv[1:]
    asyncio.run(coordinate(int(seed), url, run_id))


if __name__ == "__main__":
    main()
