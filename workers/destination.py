"""A destination as this process sees it: a client, and a share of the budget that all workers have in common."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from redis.exceptions import RedisError

from migrator.engine.budget import Budget, Report
from migrator.engine.scripts import Share, Standing
from migrator.model.bounds import Bounds
from migrator.prefect_api.errors import ApiError
from migrator.prefect_api.workspace import Workspace

#: Seconds between two exchanges with the budget; a push-back is told at once.
EXCHANGE_EVERY = 0.2
#: Seconds that a newcomer waits for others to make room.
ROOM_WITHIN = 2.0
#: Seconds after which what the budget said is no longer true.
STALE_AFTER = 5.0

log = structlog.get_logger()


def hindrance_of(workspace: Workspace, side: str) -> str:
    """Why nothing is sent to one side of a run right now; nothing where something is."""
    if workspace.is_locked_out:
        return f"profile '{workspace.profile.name}' is refused here (401); other credentials are waited for"
    pause = workspace.pressure.pause
    return f"the {side} asked to be left alone for {pause:.0f} s" if pause > 0 else ""


@dataclass
class Destination:
    """Where this process writes.

    Attributes:
        workspace: The client.
        budget: What all workers together may ask of it.
    """

    workspace: Workspace
    budget: Budget
    _slices: list[Bounds] = field(default_factory=list, init=False)
    _share: Share | None = field(default=None, init=False)
    _shared_at: float = field(default=0.0, init=False)
    _heard: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _is_over: bool = field(default=False, init=False)
    _keeping_up: asyncio.Task[None] | None = field(default=None, init=False)
    _finding_out: asyncio.Task[None] | None = field(default=None, init=False)

    @property
    def room(self) -> int:
        """Requests that this process may have in flight now; 0 where others use up all that may be."""
        return self.workspace.pressure.window

    @property
    def allotted(self) -> int:
        """The same, as long as it writes at all."""
        return self.room if self._slices else 0

    @property
    def is_silent(self) -> bool:
        """Whether it answers nobody, as far as was said lately."""
        is_known = self._share is not None and time.monotonic() - self._shared_at < STALE_AFTER
        return is_known and self._share is not None and self._share.standing is not Standing.ANSWERS

    @property
    def hindrance(self) -> str:
        """Why nothing is sent to it right now; nothing where something is."""
        if why := hindrance_of(self.workspace, "destination"):
            return why
        return "the destination does not answer; one request a second asks whether it is back" if self.is_silent else ""

    def admit(self, jobs: int) -> int:
        """How many of some jobs the rate lets begin now."""
        return self.workspace.pressure.allowance.admit(jobs)

    def out_of_patience(self) -> str:
        """That it has been in trouble for too long, which is said once; nothing if it has not."""
        is_over, self._is_over = self._is_over, False
        return f"the destination has been in nothing but trouble for {self.budget.patience:.0f} s" if is_over else ""

    async def join(self, bounds: Bounds) -> None:
        """A slice begins to write, within what its run allows."""
        self._is_over = self._is_over and bool(self._slices)
        self._slices.append(bounds)
        try:
            await self._exchange()
            if self._keeping_up is None or self._keeping_up.done():
                self._keeping_up = asyncio.create_task(self._keep_up())
            await self._found_out()
            await self._given_room()
        except BaseException:
            self._slices.remove(bounds)
            raise

    async def leave(self, bounds: Bounds) -> None:
        """A slice has ended; the last one leaves the share to other processes."""
        self._slices.remove(bounds)
        if self._slices:
            return
        report = self._report()
        self.workspace.pressure.stand_alone()
        # Whoever keeps up has nothing to do any more.
        self.workspace.pressure.news.set()
        await self.budget.leave(report, bounds)

    async def _keep_up(self) -> None:
        while self._slices:
            with suppress(TimeoutError):
                async with asyncio.timeout(EXCHANGE_EVERY):
                    await self.workspace.pressure.news.wait()
            try:
                if self._slices:
                    await self._exchange()
            except RedisError as error:
                log.warning("the budget was not heard", error=type(error).__name__)

    async def _exchange(self) -> None:
        """Tell how it went, and learn what may be sent now."""
        share = await self.budget.share(self._report(), Bounds.tightest(self._slices))
        self._share, self._shared_at = share, time.monotonic()
        self._heard.set()
        self._is_over = self._is_over or share.standing is Standing.OVER
        self.workspace.pressure.allot(
            share.window,
            share.epoch,
            wait_ms=share.wait_ms,
            tokens=share.tokens if share.tokens >= 0 else None,
            silent=share.standing is not Standing.ANSWERS,
            best=share.best,
        )
        if share.standing is Standing.PROBE or self.workspace.pressure.is_in_the_dark:
            self._finding_out = asyncio.create_task(self._find_out())

    def _report(self) -> Report:
        return Report(**self.workspace.pressure.report()._asdict())

    async def _find_out(self) -> None:
        with suppress(ApiError):
            await self.workspace.probe()

    async def _found_out(self) -> None:
        """Wait for the request that finds out whether the destination is back, if this process has sent it."""
        if self._finding_out is not None and not self._finding_out.done():
            await asyncio.wait({self._finding_out})
            await self._exchange()

    async def _given_room(self) -> None:
        """Wait for others to make the room that is due."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ROOM_WITHIN):
                while self._share is not None and self._share.due and not self._share.window:
                    self._heard.clear()
                    await self._heard.wait()
