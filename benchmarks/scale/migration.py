"""A migration of variables to a destination that is there, by real worker processes: all but the source is real."""

import asyncio
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.scale.serving import StandIn
from benchmarks.scale.stand_in import IDENTITY
from migrator.embedded.valkey import valkey
from migrator.engine.doorbell import workers_alive
from migrator.engine.parcel import Parcel
from migrator.engine.publishing import publish
from migrator.engine.record import RunRecord, Workspace
from migrator.engine.run import Run, server_of
from migrator.engine.sealing import Seal, seal_made_once
from migrator.model.canonical import Canonical
from migrator.model.plan import Plan
from tests.integration.engine.graphs import plan_of, record_of
from tests.size.draining import Ended, come_in, drain, memory, ringing, workers

#: Worker processes, as they come and with a concurrency that is fixed.
ADAPTING, FIXED = "workers", "benchmarks.scale.fixed"
#: Requests in flight of a process that is told nothing else.
USUAL = 16
#: The profile that leads to the destination.
PROFILE = "destination"


def side_of(server: StandIn) -> Workspace:
    """What a run's record says of a stand-in."""
    return Workspace(profile=PROFILE, url=server.url, version="3.8.8", identity=IDENTITY)


@dataclass(frozen=True)
class Fleet:
    """The worker processes of a migration.

    Attributes:
        processes: How many.
        concurrency: Requests that each of them may have in flight.
        module: What they run.
    """

    processes: int
    concurrency: int
    module: str = ADAPTING


@dataclass(frozen=True)
class Load:
    """What is migrated.

    Attributes:
        side: Where to.
        creates: How many variables.
        rate: Creates a second at the most, all processes together; None for any.
    """

    side: Workspace
    creates: int
    rate: float | None = None

    async def publish(self, redis: Redis, seal: Seal) -> Run:
        """Publish it as a run of its own."""
        plan = plan_of(self.creates)
        record = await self._record(redis, plan, seal)
        parcels = ((number, _variable(record.run, number)) for number in range(self.creates))
        bodies = ((number, parcel.close(seal, record.run, number)) for number, parcel in parcels)
        return await publish(redis, record, plan, bodies)

    async def _record(self, redis: Redis, plan: Plan, seal: Seal) -> RunRecord:
        told = {"destination": self.side, "seal": seal.id, "redis": await server_of(redis), "rate": self.rate}
        return record_of(f"scale-{secrets.token_hex(4)}", plan).model_copy(update=told)


def _variable(run: str, number: int) -> Parcel:
    return Parcel(Canonical({"name": f"{run.replace('-', '_')}_{number}", "value": number, "tags": ["core"]}, ()), {})


@dataclass(frozen=True)
class Place:
    """Where a migration takes place: an embedded Valkey of its own, and what workers are told."""

    url: str
    seal: Seal
    environment: dict[str, str]

    @contextmanager
    def working(self, fleet: Fleet) -> Iterator[None]:
        """Worker processes, for as long as the context lasts."""
        told = self.environment | {"MIGRATOR_CONCURRENCY": str(fleet.concurrency)}
        with workers(fleet.module, processes=fleet.processes, environment=told):
            yield


@contextmanager
def place(side: Workspace) -> Iterator[Place]:
    """A place for migrations to a destination."""
    with tempfile.TemporaryDirectory() as directory, valkey(Path(directory)) as url:
        home = Path(directory)
        seal = seal_made_once(home / "key")
        (home / PROFILE).mkdir()
        (home / PROFILE / "url").write_text(side.url, encoding="utf-8")
        told = {"REDIS_URL": url, "STATE_DIR": home, "SEALING_KEY_FILE": home / "key", "CREDENTIALS_DIR": home}
        yield Place(
            url,
            seal,
            {f"MIGRATOR_{name}": str(value) for name, value in told.items()}
            | {"MIGRATOR_EVENTS": "false", "MIGRATOR_LOG_LEVEL": "error"},
        )


def migrate(load: Load, fleet: Fleet) -> Ended:
    """Let worker processes that are there already migrate something; all of it arrives."""
    with place(load.side) as where, where.working(fleet):
        ended = asyncio.run(_migrated(load, where, fleet))
    assert ended.outcomes == {"created": load.creates}, ended.outcomes  # noqa: S101 - a figure of anything else means nothing
    return ended


async def _migrated(load: Load, where: Place, fleet: Fleet) -> Ended:
    async with Redis.from_url(where.url) as redis:
        await come_in(partial(workers_alive, redis), fleet.processes)
        run = await load.publish(redis, where.seal)
        return await drain(run, await memory(redis), ringing(run, where.url))
