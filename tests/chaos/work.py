"""Planted work: what stands where a migration does. It takes a moment, writes, fails, kills, as its scenario says."""

import asyncio
import os
import random
import signal
from dataclasses import dataclass

from redis.asyncio import Redis

from migrator.engine.run import Run, failure, server_of
from migrator.engine.scripts import Claim, Result, Verdict
from migrator.errors import MigratorError
from migrator.model.bounds import UNBOUNDED, Bounds
from tests.chaos.destination import Destination
from tests.chaos.journal import Event, Journal
from tests.integration.engine.kahn import RandomPlan
from tests.plenty import Plenty

#: Seconds that an attempt takes; one in fifty takes longer.
QUICK, SLOW = (0.002, 0.06), (0.3, 1.0)
#: Attempts in flight in one process.
ROOM = 8
#: ms before a node is tried again that the destination was too busy for.
AGAIN_MS = "50"


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed node: whether it was looked for, and whether it was found."""

    node: int
    looked: bool
    found: bool


@dataclass(frozen=True)
class PlantedWork:
    """One run in one process.

    Attributes:
        run: The run on Redis.
        worker: The process.
        scenario: What is planted.
        destination: Room to write.
        written: What is there.
        journal: Where all is written down.
        server: The Redis to which the run was published.
        bounds: There are none.
        hindrance: Nor any.
    """

    run: Run
    worker: str
    scenario: RandomPlan
    destination: Plenty
    written: Destination
    journal: Journal
    server: str
    bounds: Bounds = UNBOUNDED
    hindrance: str = ""

    async def prepare(self, claim: Claim) -> tuple[list[Job], list[Result]]:
        """Look, as a migration does, for what may have been tried before (invariant 9)."""
        for node in claim.attempts:
            self.journal.note(node, Event.CLAIMED)
        doubtful = await server_of(self.run.redis) != self.server
        return [self._job(node, doubtful or attempts > 0) for node, attempts in claim.attempts.items()], []

    def _job(self, node: int, looks: bool) -> Job:  # noqa: FBT001 - a fact, not a choice
        return Job(node, looks, looks and self.written.has(node))

    async def attempt(self, job: Job) -> Result:
        """Take a moment, and end as is planted."""
        self.journal.note(job.node, Event.BEGIN)
        await asyncio.sleep(random.uniform(*(SLOW if random.random() < 0.02 else QUICK)))  # noqa: S311 - no secret
        if job.node in self.scenario.killers:
            self.journal.note(job.node, Event.DIES)
            os.kill(os.getpid(), signal.SIGKILL)
        if self.written.is_busy(job.node, self.scenario.retries.get(job.node, 0)):
            self.journal.note(job.node, Event.AGAIN)
            return Result(job.node, Verdict.RETRY, AGAIN_MS)
        if job.node in self.scenario.failing:
            self.journal.note(job.node, Event.FAILED)
            return Result(job.node, Verdict.FAILED, failure("Planted", "it was to fail"))
        self._write(job)
        self.journal.note(job.node, Event.DONE)
        return Result(job.node, Verdict.DONE, "created", id_of(job.node, self.scenario))

    def _write(self, job: Job) -> None:
        if not job.found and not self.written.create(job.node):
            self.journal.note(job.node, Event.COLLIDES if job.looked else Event.BLIND)

    async def tell(self) -> None:
        """There is nothing to tell."""


class PlantedWorks:
    """The runs of this process: all that have a record."""

    def __init__(
        self, redis: Redis, process: str, scenario: RandomPlan, written: Destination, journal: Journal
    ) -> None:
        self._redis = redis
        self._process = process
        self._scenario = scenario
        self._written = written
        self._journal = journal

    async def work(self, run_id: str) -> PlantedWork | None:
        """A run, unless it is not there."""
        run = Run(self._redis, run_id)
        try:
            server = (await run.record()).redis
        except MigratorError:
            return None
        return PlantedWork(run, self._process, self._scenario, Plenty(ROOM), self._written, self._journal, server)

    def refusal(self, run_id: str) -> str:
        """Nothing is refused that is there."""
        return f"there is no run {run_id}"

    async def aclose(self) -> None:
        """Nothing is open."""


def id_of(node: int, scenario: RandomPlan) -> str:
    """The id that a node has at the destination once it was written; only resources have one."""
    return f"id-{node}" if node < scenario.plan.graph.resources else ""
