"""The budget of a destination: how many requests all workers together may have in flight (invariant 13)."""

from dataclasses import dataclass
from typing import NamedTuple

from redis.asyncio import Redis

from migrator.engine import scripts
from migrator.engine.keys import BudgetKeys
from migrator.engine.scripts import Share

#: ms that a process counts as a sharer after it last said how it went.
ALIVE_MS = 1_500


class Report(NamedTuple):
    """How it went with a destination.

    Attributes:
        answered: Requests that succeeded.
        pushed: The epoch in which a request was sent that was pushed back; -1 for none.
        pause_ms: How long the destination asked to be left alone.
    """

    answered: int = 0
    pushed: int = -1
    pause_ms: int = 0


@dataclass(frozen=True)
class Budget:
    """One process's share of one destination's budget.

    Attributes:
        redis: Where the budget is.
        destination: The identity of the workspace.
        process: Who shares.
        limit: Requests that this process can have in flight at the most.
    """

    redis: Redis
    destination: str
    process: str
    limit: int

    async def share(self, report: Report) -> Share:
        """Say how it went since the last time, and learn what may be in flight now."""
        return await self._exchange(ALIVE_MS, report)

    async def leave(self, report: Report) -> None:
        """Leave one's share to the others."""
        await self._exchange(0, report)

    async def _exchange(self, alive_ms: int, report: Report) -> Share:
        return await scripts.share(
            self.redis,
            BudgetKeys(self.destination),
            process=self.process,
            alive_ms=alive_ms,
            limit=self.limit,
            answered=report.answered,
            pushed=report.pushed,
            pause_ms=report.pause_ms,
        )
