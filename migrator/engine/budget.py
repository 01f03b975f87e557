"""The budget of a destination: what all workers together may ask of it (invariant 13)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from redis.asyncio import Redis

from migrator.engine import scripts
from migrator.engine.keys import BudgetKeys
from migrator.engine.scripts import Share
from migrator.model.bounds import UNBOUNDED, Bounds

#: ms that a process counts as a sharer after it last said how it went.
ALIVE_MS = 1_500


@dataclass(frozen=True, slots=True)
class Report:
    """How it went with a destination since the last report.

    Attributes:
        answered: Requests that succeeded.
        pushed: The epoch in which a request was sent that was pushed back; -1 for none.
        pause_ms: How long the destination asked to be left alone.
        heard: 1 if it has answered, -1 if it answers nothing, 0 if neither is known.
        slowness: How many times longer answers took than they can; 0 if that is not known.
        in_flight: Requests under way.
        unspent: Tokens that were not needed.
        wanted: Tokens that are needed until the next report.
        best: By class of requests, the seconds of the best answer.
    """

    answered: int = 0
    pushed: int = -1
    pause_ms: int = 0
    heard: int = 0
    slowness: float = 0.0
    in_flight: int = 0
    unspent: int = 0
    wanted: int = 0
    best: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Budget:
    """One process's share of one destination's budget.

    Attributes:
        redis: Where the budget is.
        destination: The identity of the workspace.
        process: Who shares.
        limit: Requests that this process can have in flight at the most.
        patience: Seconds that a destination may be in trouble before that is said.
    """

    redis: Redis
    destination: str
    process: str
    limit: int
    patience: float = 300.0

    async def share(self, report: Report, bounds: Bounds = UNBOUNDED) -> Share:
        """Say how it went since the last time, and learn what one may ask now."""
        return await self._exchange(ALIVE_MS, report, bounds)

    async def leave(self, report: Report, bounds: Bounds = UNBOUNDED) -> None:
        """Leave one's share to the others."""
        await self._exchange(0, report, bounds)

    async def _exchange(self, alive_ms: int, report: Report, bounds: Bounds) -> Share:
        return await scripts.share(
            self.redis,
            BudgetKeys(self.destination),
            process=self.process,
            alive_ms=alive_ms,
            limit=self.limit,
            rate=bounds.rate or 0.0,
            bound=bounds.concurrency or 0,
            patience_ms=int(self.patience * 1000),
            **asdict(report),
        )
