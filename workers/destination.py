"""A destination as this process sees it: a client, and a share of the budget that all workers have in common."""

import time
from dataclasses import dataclass, field

from migrator.engine.budget import Budget, Report
from migrator.prefect_api.workspace import Workspace

#: Seconds between two exchanges with the budget; a push-back is told at once.
EXCHANGE_EVERY = 0.2


@dataclass
class Destination:
    """Where this process writes.

    Attributes:
        workspace: The client.
        budget: What all workers together may ask of it.
    """

    workspace: Workspace
    budget: Budget
    _slices: int = field(default=0, init=False)
    _exchanged_at: float = field(default=0.0, init=False)

    @property
    def room(self) -> int:
        """Requests that this process may have in flight now; 0 where others use up all that may be."""
        return self.workspace.pressure.window

    @property
    def hindrance(self) -> str:
        """Why there is no room; empty if there is."""
        return ""

    async def join(self) -> None:
        """A slice begins to write."""
        self._slices += 1
        await self._exchange()

    async def keep_up(self) -> None:
        """Tell how it went and learn what may be in flight, if it is time."""
        if self.workspace.pressure.pushed_back or time.monotonic() - self._exchanged_at > EXCHANGE_EVERY:
            await self._exchange()

    async def leave(self) -> None:
        """A slice has ended; the last one leaves the share to other processes."""
        self._slices -= 1
        if not self._slices:
            await self.budget.leave(Report(*self.workspace.pressure.report()))

    async def _exchange(self) -> None:
        self._exchanged_at = time.monotonic()
        share = await self.budget.share(Report(*self.workspace.pressure.report()))
        self.workspace.pressure.allot(share.window, share.epoch, share.wait_ms)
