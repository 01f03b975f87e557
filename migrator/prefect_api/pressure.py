"""Pressure: how many requests one process keeps in flight to a workspace.

Alone, it finds out by trying: the window grows by one for every window of successes and halves at a push-back,
once for all the requests that were under way then (AIMD, as in RFC 5681). Among several, it reports how it went
and is allotted its share of what all may have in flight. While the server answers nothing, one request at a time
finds out whether it does again.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from migrator.prefect_api.errors import ApiError, Busy, GivenUp, Silent, Unanswered

#: Requests in flight at the start: what a SQLite-backed server takes without complaint.
INITIAL_WINDOW = 4.0
#: Consecutive requests without an answer after which the server counts as silent.
SILENT_AFTER = 3
#: Seconds between two requests that find out whether a silent server answers again.
PROBE_EVERY = 1.0
#: Seconds without a request after which trouble is another one, not the same.
FORGOTTEN_AFTER = 30.0
#: Seconds that a server can ask to be left alone.
LONGEST_PAUSE = 300.0


class Pressure:
    """The window of one workspace in this process.

    Args:
        limit: Requests in flight at the most.
        patience: Seconds that a server may answer nothing before it is given up.
    """

    def __init__(self, limit: int, patience: float) -> None:
        self._limit = float(limit)
        self._patience = patience
        self._window = min(INITIAL_WINDOW, self._limit)
        self._epoch = 0
        self._allotted = False
        self._succeeded = 0
        self._pushed_in = -1
        self._in_flight = 0
        self._last_cut = 0.0
        self._resume_at = 0.0
        self._asked_for = 0.0
        self._pushed_at = 0.0
        self._unanswered = 0
        self._unanswered_at = 0.0
        self._troubled_since: float | None = None
        self._freed = asyncio.Condition()

    @property
    def window(self) -> int:
        """How many requests may be in flight now; 0 while the server wants to be left alone, or others use it up.

        While the server is silent there is room for one request that finds out, now and then; once it is given up,
        there is room to say so to everybody.
        """
        now = time.monotonic()
        if now < self._resume_at:
            return 0
        if self._silent and not self.exhausted:
            return 0 if self._in_flight or now - self._unanswered_at < PROBE_EVERY else min(1, int(self._window))
        return max(1, int(self._window)) if self._silent else int(self._window)

    @property
    def pushed_back(self) -> bool:
        """Whether there is a push-back to report."""
        return self._pushed_in >= 0

    def report(self) -> tuple[int, int, int]:
        """Requests that succeeded since the last report, the epoch of a push-back or -1, and ms still to wait."""
        pause_ms = max(0, int((self._asked_for - time.monotonic()) * 1000))
        report = (self._succeeded, self._pushed_in, pause_ms)
        self._succeeded, self._pushed_in, self._asked_for = 0, -1, 0.0
        return report

    def allot(self, window: int, epoch: int, wait_ms: int = 0) -> None:
        """From now on the window is what one is told, and nothing is sent before the time to wait is over."""
        self._allotted, self._window, self._epoch = True, float(window), epoch
        self._resume_at = max(self._resume_at, time.monotonic() + wait_ms / 1000) if wait_ms else self._resume_at

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Room for one request; what it raises tells how the server fares.

        Raises:
            Silent: The server answers nothing, and another request is asking it.
            GivenUp: It has answered nothing for longer than one is willing to wait.
        """
        await self._enter()
        began, epoch = time.monotonic(), self._epoch
        try:
            await asyncio.sleep(max(0.0, self._resume_at - began))
            yield
        except (Busy, Unanswered) as error:
            self._pushed_back(error, began, epoch)
            raise
        except ApiError:
            self._answered()
            raise
        else:
            self._answered()
            self._succeeded += 1
            if not self._allotted:
                self._window = min(self._limit, self._window + 1 / self._window)
        finally:
            self._in_flight -= 1
            async with self._freed:
                self._freed.notify_all()

    async def _enter(self) -> None:
        async with self._freed:
            # What was begun is brought to its end, though the share may be gone by now.
            await self._freed.wait_for(lambda: self._in_flight < max(1, int(self._window)) or self._silent)
            if self._silent and (self._in_flight or time.monotonic() - self._unanswered_at < PROBE_EVERY):
                raise self._silence()
            self._in_flight += 1

    @property
    def _silent(self) -> bool:
        return self._unanswered >= SILENT_AFTER

    def _silence(self) -> ApiError:
        if self.exhausted:
            return GivenUp(f"the server has not answered for {self._patience:.0f} s")
        return Silent("the server does not answer")

    def _answered(self) -> None:
        self._unanswered = 0
        self._troubled_since = None

    def _pushed_back(self, error: ApiError, began: float, epoch: int) -> None:
        now = time.monotonic()
        if self._troubled_since is None or began - self._pushed_at > FORGOTTEN_AFTER:
            self._troubled_since = now
        self._pushed_at = now
        if isinstance(error, Unanswered):
            self._unanswered += 1
            self._unanswered_at = now
        if epoch == self._epoch:
            self._pushed_in = epoch
        if began > self._last_cut:
            self._window = max(1.0, self._window / 2)
            self._last_cut = now
        if error.delay is not None:
            self._asked_for = now + min(error.delay, LONGEST_PAUSE)
            self._resume_at = max(self._resume_at, self._asked_for)

    @property
    def exhausted(self) -> bool:
        """Whether the server has been in trouble for longer than one is willing to wait."""
        return self._troubled_since is not None and time.monotonic() - self._troubled_since > self._patience
