"""A time slice: what the answer to one doorbell does. Claim a batch, attempt it concurrently, settle, claim on."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from typing import Generic, TypeVar

import dramatiq
import structlog
from redis.exceptions import RedisError

from migrator.engine import doorbell
from migrator.engine.cancellation import raise_if_cancelled
from migrator.engine.doorbell import BATCH
from migrator.engine.run import new_token
from migrator.engine.scripts import Claim, Result, RunState
from migrator.engine.steering import pause
from workers import metrics
from workers.attempt import failed_by_bug
from workers.drain import Drain
from workers.holding import HasNode, Holding
from workers.logs import log_bug, log_redis
from workers.noticing import notice
from workers.ringing import Ringing
from workers.work import Work

#: Seconds that a slice claims for. Then the next bell is answered, if one waits, so that every run gets its turn.
SLICE = 5.0
#: Seconds between two settlements, so that many nodes share one; and while so much is left to do that nobody here waits
#: for what becomes ready, so that they also do before a server that answers a few times a second.
GROUP_COMMIT, LONG_COMMIT = 0.05, 0.2
#: Seconds that a bell waits for room: one that is answered at once for want of it is rung again at once.
ROOM_WITHIN, ROOM_LOOK = 1.0, 0.05
#: A batch is topped up when so much of it is left, or as little as is in flight, so that a slow node holds up nobody.
LOW_WATER = BATCH // 4
#: For so many attempts in flight there is one that waits for room.
SPARE = 4
#: Seconds between two looks whether the time to drain is over.
DRAIN_LOOK = 0.5
#: Seconds between two tries to reach a Redis that is away.
REDIS_AWAY = 1.0

J = TypeVar("J", bound=HasNode)
log = structlog.get_logger()


class TimeSlice(Generic[J]):
    """One worker's turn at one run.

    Args:
        work: The run.
        broker: Where to ring for others.
        lease_seconds: How long a claim lasts unless it is renewed.
        drain: Whether this process is to stop.
        may_go_on: Says whether another slice may follow at once, because nobody waits for this process.
    """

    def __init__(
        self,
        work: Work[J],
        broker: dramatiq.Broker,
        lease_seconds: float,
        drain: Drain,
        may_go_on: Callable[[], Awaitable[bool]],
    ) -> None:
        self._work = work
        self._run = work.run
        self._destination = work.destination
        self._batch = _worth(work.bounds.rate)
        self._broker = broker
        self._lease_seconds = lease_seconds
        self._drain = drain
        self._may_go_on = may_go_on
        self._until = time.monotonic() + SLICE
        self._token = new_token(work.worker)
        self._in_doubt = False
        self._holdings: dict[str, Holding[J]] = {}
        self._settled_at = 0.0
        self._ringing = Ringing()
        self._walking = False
        self._state: RunState | None = None

    async def take(self) -> bool:
        """Work until there is nothing to claim, or the time is over; returns whether there was room to work."""
        await self._destination.join(self._work.bounds)
        renewing = asyncio.create_task(self._keep_leases())
        try:
            if await self._finds_room():
                await self._in_time(self._take_turns())
            if reason := self._destination.out_of_patience():
                await pause(self._run, reason)
            return self._destination.room > 0
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            await self._give_back_all()
            with suppress(RedisError):
                await self._destination.leave(self._work.bounds)

    async def _finds_room(self) -> bool:
        until = time.monotonic() + ROOM_WITHIN
        # Whether there is room is not one event: it is allotted, a pause is over, a silent destination is back.
        while not self._destination.room and not self._drain.has_begun and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(ROOM_LOOK)
        return self._destination.room > 0

    async def _in_time(self, turns: Coroutine[None, None, None]) -> None:
        """Break off what has not ended when the time to drain is over: it is given back."""
        task = asyncio.create_task(turns)
        try:
            while not task.done() and not self._drain.is_over:
                await asyncio.wait({task}, timeout=DRAIN_LOOK)
        finally:
            task.cancel()
            await asyncio.wait({task})
        if not task.cancelled():
            task.result()

    async def _take_turns(self) -> None:
        """A Redis that is away is waited for: what was written since is known only here."""
        while not self._drain.is_over:
            raise_if_cancelled()
            try:
                if not await self._take_turn():
                    return
            except RedisError as error:
                if self._drain.has_begun and not (self._holdings or self._in_doubt):
                    return
                log_redis(error, run=self._run.id)
                await asyncio.sleep(REDIS_AWAY)

    async def _take_turn(self) -> bool:
        """Claim, begin, wait for what ends first, settle; returns whether there is more to do."""
        await self._take_more_time()
        if self._may_claim():
            await self._claim()
        await self._prepare()
        self._begin()
        await self._wait()
        await self._settle()
        if self._holdings or self._walking:
            return True
        await self._take_more_time()
        return self._may_claim() and await self._claim()

    async def _take_more_time(self) -> None:
        if self._is_late and not self._is_over() and await self._may_go_on():
            self._until = time.monotonic() + SLICE

    def _may_claim(self) -> bool:
        if self._in_doubt:
            return True
        if self._is_over() or not self._destination.room or self._is_late:
            return False
        # A suspect is alone, so that it takes nobody along if it kills this process.
        return not any(h.suspect or h.unprepared for h in self._holdings.values()) and self._runs_dry

    @property
    def _runs_dry(self) -> bool:
        """Whether hardly more is left than begins next: what is claimed together is looked for in one request."""
        return self._waiting() <= min(LOW_WATER, self._destination.room)

    @property
    def _settles_every(self) -> float:
        """Who has enough left to do waits for nothing that becomes ready, unless it is to be walked there yet."""
        return GROUP_COMMIT if self._runs_dry or self._walking else LONG_COMMIT

    @property
    def _goes_on(self) -> bool:
        """Whether there is more to do than to settle."""
        return any(self._in_flight()) or (self._waiting() > 0 and not self._walking)

    @property
    def _is_late(self) -> bool:
        """Whether it is another slice's turn to claim."""
        return time.monotonic() >= self._until

    def _is_over(self) -> bool:
        """Whether nothing more is to be begun: this process drains, or the run is paused or cancelled."""
        return self._drain.has_begun or self._state not in {None, RunState.RUNNING}

    async def _claim(self) -> bool:
        """Claim; a claim whose answer was lost is repeated with its token, for Redis may hold nodes for it."""
        self._in_doubt = True
        claim = await self._run.claim(self._token, self._batch, self._lease_seconds, alone=not self._holdings)
        self._in_doubt, self._token = False, new_token(self._work.worker)
        self._state = claim.state
        metrics.CLAIMED.observe(len(claim.attempts))
        if claim.attempts:
            self._holdings[claim.token] = Holding(claim)
        await self._ring(claim.waiting)
        return bool(claim.attempts)

    async def _prepare(self) -> None:
        # A lease may be lost while others are prepared.
        for holding in list(self._holdings.values()):
            if holding.unprepared:
                holding.prepared(*await self._prepared(holding.unprepared))

    async def _prepared(self, claim: Claim) -> tuple[list[J], list[Result]]:
        try:
            return await self._work.prepare(claim)
        except RedisError:
            raise
        except Exception as error:  # noqa: BLE001 - one node's surprise is not its batch mates'
            if len(claim.attempts) == 1:
                log_bug(error, run=self._run.id)
                return [], [failed_by_bug(node, error) for node in claim.attempts]
        alone = [await self._prepared(claim.only(node)) for node in claim.attempts]
        return [job for jobs, _ in alone for job in jobs], [result for _, results in alone for result in results]

    def _begin(self) -> None:
        over = self._is_over() or not self._destination.room
        room = min(_with_spares(self._destination.room) - len(list(self._in_flight())), self._waiting())
        room = 0 if over else self._destination.admit(max(0, room))
        for holding in self._holdings.values():
            if over:
                holding.give_back()
            while holding.waiting and room > 0:
                job = holding.next()
                holding.begin(job.node, self._work.attempt(job))
                room -= 1

    async def _wait(self) -> None:
        tasks = list(self._in_flight())
        if tasks:
            await asyncio.wait(tasks, timeout=GROUP_COMMIT, return_when=asyncio.FIRST_COMPLETED)
        elif self._waiting():
            # For the rate to let the next one begin.
            await asyncio.sleep(GROUP_COMMIT)
        for holding in self._holdings.values():
            holding.collect()

    async def _settle(self) -> None:
        """Settle what has ended, together with what ends within a moment."""
        told = [holding for holding in self._holdings.values() if holding.results]
        if self._goes_on and time.monotonic() - self._settled_at < self._settles_every:
            return
        if told:
            await self._work.tell()
        for holding in told:
            await self._settle_some(holding.token, holding.results)
            holding.results = []
            if holding.is_empty:
                self._holdings.pop(holding.token, None)
        if self._walking and not told:
            await self._settle_some("", [])
        self._settled_at = time.monotonic()

    async def _settle_some(self, token: str, results: list[Result]) -> None:
        settlement = await self._run.settle(token, results)
        self._walking = settlement.walking > 0
        self._state = settlement.state
        await notice(self._run, settlement)
        if settlement.stale:
            log.warning("results came too late", run=self._run.id, nodes=settlement.stale)
        await self._ring(max(0, settlement.ready - BATCH))

    async def _ring(self, nodes: int) -> None:
        if self._ringing.is_due(nodes):
            await doorbell.ring(self._run, self._broker)
            self._ringing.was_heard(nodes)

    async def _give_back_all(self) -> None:
        """What could not be ended in time, or broke off, goes to others without waiting for its lease."""
        for holding in list(self._holdings.values()):
            holding.give_back()
            await holding.interrupt()
        with suppress(RedisError):
            self._settled_at = 0.0
            await self._settle()

    def _waiting(self) -> int:
        return sum(holding.waiting for holding in self._holdings.values())

    def _in_flight(self) -> Iterator[asyncio.Task[Result]]:
        for holding in self._holdings.values():
            yield from holding.tasks

    async def _keep_leases(self) -> None:
        pause = self._lease_seconds / 3
        while True:
            await asyncio.sleep(pause)
            raise_if_cancelled()
            pause = self._lease_seconds / 3 if await self._renew() else REDIS_AWAY

    async def _renew(self) -> bool:
        """Renew what is held; returns whether Redis could be asked."""
        if not self._holdings:
            return True
        try:
            lost = await self._run.renew(list(self._holdings), self._lease_seconds)
        except RedisError as error:
            log.warning("leases were not renewed", run=self._run.id, error=type(error).__name__)
            return False
        for token in lost & self._holdings.keys():
            log.warning("a lease was lost", run=self._run.id)
            metrics.LOST.inc()
            await self._holdings.pop(token).interrupt()
        return True


def _with_spares(room: int) -> int:
    """Attempts to begin: a few wait for room, so that it is used at once, and not when others have been settled."""
    return room + math.ceil(room / SPARE)


def _worth(rate: float | None) -> int:
    """Nodes to claim at once: no more than the rate lets be done in a slice."""
    return BATCH if rate is None else max(1, min(BATCH, int(rate * SLICE)))
