"""The budget of a destination: how many requests all workers together may have in flight (invariant 13)."""

from dataclasses import dataclass

from redis.asyncio import Redis

from migrator.engine import scripts
from migrator.engine.keys import BudgetKeys
from migrator.engine.scripts import Share

#: ms that a process counts as a sharer after it last said how it went.
ALIVE_MS = 1_500


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

    async def share(self, answered: int, pushed: int) -> Share:
        """Say how it went since the last time, and learn what may be in flight now.

        Args:
            answered: Requests that succeeded.
            pushed: The epoch in which a request was sent that was pushed back; -1 for none.
        """
        return await self._exchange(ALIVE_MS, answered, pushed)

    async def leave(self, answered: int, pushed: int) -> None:
        """Leave one's share to the others."""
        await self._exchange(0, answered, pushed)

    async def _exchange(self, alive_ms: int, answered: int, pushed: int) -> Share:
        return await scripts.share(
            self.redis,
            BudgetKeys(self.destination),
            process=self.process,
            alive_ms=alive_ms,
            limit=self.limit,
            answered=answered,
            pushed=pushed,
        )
