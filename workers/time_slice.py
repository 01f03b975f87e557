"""A time slice: what the answer to one doorbell does. Claim a batch, migrate it concurrently, settle, claim on."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import dramatiq
import structlog
from redis.exceptions import RedisError

from migrator.engine import doorbell
from migrator.engine.doorbell import BATCH
from migrator.engine.scripts import Result, RunState, Verdict
from workers.attempt import attempt
from workers.job import Job
from workers.migration import Migration

#: Seconds that a slice claims for. Then the next bell is answered, so that runs and drains get their turn.
SLICE = 5.0
#: Seconds between two settlements, so that many nodes share one.
GROUP_COMMIT = 0.05
#: A batch is topped up when this much of it is left, so that one slow node holds up nobody.
LOW_WATER = BATCH // 4

log = structlog.get_logger()


class TimeSlice:
    """One worker's turn at one run.

    Args:
        migration: The run.
        broker: Where to ring for others.
        lease_seconds: How long a claim lasts unless it is renewed.
        draining: Whether this process is to stop claiming.
    """

    def __init__(
        self, migration: Migration, broker: dramatiq.Broker, lease_seconds: float, draining: Callable[[], bool]
    ) -> None:
        self._migration = migration
        self._run = migration.run
        self._destination = migration.destination
        self._batch = _worth(migration.record.rate)
        self._broker = broker
        self._lease_seconds = lease_seconds
        self._draining = draining
        self._until = time.monotonic() + SLICE
        self._backlog: deque[tuple[str, Job]] = deque()
        self._running: dict[asyncio.Task[Result], str] = {}
        self._finished: dict[str, list[Result]] = {}
        self._held: dict[str, set[int]] = {}
        self._settled_at = 0.0
        self._walking = False
        self._state: RunState | None = None
        self._suspicious = False

    async def work(self) -> bool:
        """Migrate until there is nothing to claim, or the time is over; returns whether there was room to work."""
        await self._destination.join(self._migration.record.bounds)
        over = asyncio.Event()
        renewing = asyncio.create_task(self._keep_leases(over))
        try:
            if self._destination.room:
                await self._migrate()
            if reason := self._destination.out_of_patience():
                await self._run.pause(reason)
            return self._destination.room > 0
        finally:
            over.set()
            for task in self._running:
                task.cancel()
            await asyncio.gather(renewing, *self._running, return_exceptions=True)
            with suppress(RedisError):
                await self._migration.tell_writes()
            await self._destination.leave(self._migration.record.bounds)

    async def _migrate(self) -> None:
        while True:
            if self._may_claim():
                await self._claim()
            self._start_jobs()
            await self._wait()
            if self._finished or self._walking:
                await self._settle()
            if not (self._running or self._backlog or self._finished or self._walking) and not await self._goes_on():
                return

    async def _goes_on(self) -> bool:
        """Whether there is more to claim right away."""
        return self._may_claim() and await self._claim()

    def _may_claim(self) -> bool:
        has_room = self._destination.room > 0 and not self._is_over()
        if not has_room or (self._suspicious and self._held):
            return False
        return len(self._backlog) <= LOW_WATER and time.monotonic() < self._until

    async def _claim(self) -> bool:
        claim = await self._run.claim(self._batch, self._lease_seconds, alone=not self._held)
        self._suspicious = claim.suspect
        if not claim.attempts:
            return False
        self._held[claim.token] = set(claim.attempts)
        jobs, results = await self._migration.prepare(claim)
        self._backlog.extend((claim.token, job) for job in jobs)
        if results:
            self._finished.setdefault(claim.token, []).extend(results)
        if claim.waiting:
            await doorbell.ring(self._run, self._broker)
        return True

    def _start_jobs(self) -> None:
        if self._is_over() or not self._destination.room:
            self._give_back()
        room = self._destination.room - len(self._running)
        for _ in range(self._destination.admit(max(0, min(room, len(self._backlog))))):
            token, job = self._backlog.popleft()
            if token not in self._held:
                continue  # its lease is lost: somebody else has it
            task = asyncio.create_task(attempt(job, self._migration.workspace_of(job)))
            self._running[task] = token

    def _is_over(self) -> bool:
        """Whether nothing more is to be started: this process drains, or the run is paused or cancelled."""
        return self._draining() or self._state not in {None, RunState.RUNNING}

    def _give_back(self) -> None:
        """What was not started goes back without penalty."""
        while self._backlog:
            token, job = self._backlog.popleft()
            self._finished.setdefault(token, []).append(Result(job.node, Verdict.RELEASE, "0"))

    async def _wait(self) -> None:
        if not self._running:
            if self._backlog:
                # For the rate to let the next one begin.
                await asyncio.sleep(GROUP_COMMIT)
            return
        done, _ = await asyncio.wait(self._running, timeout=GROUP_COMMIT, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            self._finished.setdefault(self._running.pop(task), []).append(task.result())

    async def _settle(self) -> None:
        """Settle what has finished, together with what finishes within a moment."""
        if self._running and time.monotonic() - self._settled_at < GROUP_COMMIT:
            return
        await self._migration.tell_writes()
        batches = self._finished or {"": []}
        self._finished = {}
        for token, results in batches.items():
            settlement = await self._run.settle(token, results)
            self._walking = settlement.walking > 0
            self._state = settlement.state
            self._let_go(token, results)
            if settlement.stale:
                log.warning("results came too late", run=self._run.id, nodes=settlement.stale)
            if settlement.ready > BATCH:
                await doorbell.ring(self._run, self._broker)
        self._settled_at = time.monotonic()
        await self._migration.count_requests()

    def _let_go(self, token: str, results: list[Result]) -> None:
        held = self._held.get(token, set())
        held -= {result.node for result in results}
        if not held:
            self._held.pop(token, None)

    async def _keep_leases(self, over: asyncio.Event) -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._lease_seconds / 3):
                    await over.wait()
            if self._held:
                await self._renew()

    async def _renew(self) -> None:
        try:
            lost = await self._run.renew(list(self._held), self._lease_seconds)
        except RedisError as error:
            log.warning("leases were not renewed", run=self._run.id, error=type(error).__name__)
            return
        for token in lost:
            log.warning("a lease was lost", run=self._run.id)
            self._held.pop(token, None)


def _worth(rate: float | None) -> int:
    """Nodes to claim at once: no more than the rate lets be done in a slice."""
    return BATCH if rate is None else max(1, min(BATCH, int(rate * SLICE)))
