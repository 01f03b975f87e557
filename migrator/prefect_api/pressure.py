"""Pressure: how many requests one process keeps in flight to a workspace.

Alone, it finds out by trying: the window grows by one for every window of successes and halves at a push-back,
once for all the requests that were under way then (AIMD, as in RFC 5681). Among several, it reports how it went
and is allotted its share of what all may have in flight, and may send in the next moment.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from types import MappingProxyType
from typing import NamedTuple

from migrator.prefect_api.allowance import Allowance
from migrator.prefect_api.errors import ApiError, Busy, Silent, Unanswered
from migrator.prefect_api.latency import Latencies
from migrator.prefect_api.silence import Silence

#: Requests in flight at the start: what a SQLite-backed server takes without complaint.
INITIAL_WINDOW = 4.0
#: Seconds that a server can ask to be left alone.
LONGEST_PAUSE = 300.0
#: Seconds that a request waits to be sent; one that would wait longer is given back.
SHORT_PAUSE = 1.0


class Experience(NamedTuple):
    """How it went since the last report; what each field means to all is said at `migrator.engine.budget.Report`."""

    answered: int
    pushed: int
    pause_ms: int
    heard: int
    slowness: float
    in_flight: int
    unspent: int
    wanted: int
    best: Mapping[str, float]


class Pressure:
    """The window of one workspace in this process.

    Args:
        limit: Requests in flight at the most.

    Attributes:
        allowance: What may be sent until the next allotment.
        news: Set when there is something to report at once.
    """

    def __init__(self, limit: int) -> None:
        self.allowance = Allowance(limit)
        self.news = asyncio.Event()
        self._limit = float(limit)
        self._window = min(INITIAL_WINDOW, self._limit)
        self._epoch = 0
        self._allotted = False
        self._succeeded = 0
        self._pushed_in = -1
        self._in_flight = 0
        self._last_cut = 0.0
        self._resume_at = 0.0
        self._asked_for = 0.0
        self._latencies = Latencies()
        self._silence = Silence()
        self._changed = asyncio.Event()

    @property
    def window(self) -> int:
        """How many requests may be in flight now.

        0 while the server wants to be left alone, is silent to all, or others use up what may be in flight. While it
        is silent to a process that is alone there is room for one request that finds out, now and then.
        """
        if self.pause or self._silence.told:
            return 0
        if self._silence.noticed:
            return min(1, int(self._window)) if self._any_request_finds_out else 0
        return int(self._window)

    @property
    def is_in_the_dark(self) -> bool:
        """Whether it is time to probe: this process gets no answers, and the others have not said that nobody does."""
        return self._allotted and self._silence.noticed and not self._silence.told and self._may_find_out

    @property
    def pause(self) -> float:
        """Seconds for which the server wants to be left alone."""
        return max(0.0, self._resume_at - time.monotonic())

    @property
    def in_flight(self) -> int:
        """How many requests are under way."""
        return self._in_flight

    @property
    def latency(self) -> float:
        """Seconds that a request takes when the server is not under pressure; 0 before the first."""
        return self._latencies.typical

    def report(self) -> Experience:
        """How it went since the last report. The allowance is handed back with it, until the next allotment."""
        self.news.clear()
        asked_for = max(0, int((self._asked_for - time.monotonic()) * 1000))
        slowness, best = self._latencies.take()
        counts = (self._succeeded, self._pushed_in, asked_for, self._silence.take(), slowness)
        self._succeeded, self._pushed_in, self._asked_for = 0, -1, 0.0
        return Experience(*counts, self._in_flight, *self.allowance.hand_back(), best)

    def allot(
        self,
        window: int,
        epoch: int,
        *,
        wait_ms: int = 0,
        tokens: int | None = None,
        silent: bool = False,
        best: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        """From now on the window is what one is told, and nothing is sent before the time to wait is over."""
        self._allotted, self._window, self._epoch = True, float(window), epoch
        if wait_ms:
            self._resume_at = max(self._resume_at, time.monotonic() + wait_ms / 1000)
        self.allowance.renew(tokens)
        self._silence.tell(silent=silent)
        self._latencies.tell(best)
        self._change()

    def stand_alone(self) -> None:
        """From now on one finds out by oneself again."""
        self._allotted, self._window = False, min(INITIAL_WINDOW, self._limit)
        self.allowance.renew(None)
        self._silence.tell(silent=False)
        self._change()

    @asynccontextmanager
    async def slot(self, request_class: str = "") -> AsyncIterator[None]:
        """Room for one request; what it raises tells how the server fares.

        Raises:
            Silent: It is not the time to send anything.
        """
        await self._enter()
        with self.under_way(request_class):
            yield

    @contextmanager
    def under_way(self, request_class: str = "") -> Iterator[None]:
        """One request that is sent right now, whether there is room for it or not."""
        began, epoch = time.monotonic(), self._epoch
        self._in_flight += 1
        try:
            yield
        except (Busy, Unanswered) as error:
            self._pushed_back(error, began, epoch)
            raise
        except ApiError:
            self._answered()
            raise
        else:
            self._answered()
            self._success(request_class, time.monotonic() - began)
        finally:
            self._in_flight -= 1
            self._change()

    async def _enter(self) -> None:
        self.allowance.waiting += 1
        try:
            while not self._may_send():
                await self._until_change()
        finally:
            self.allowance.waiting -= 1
        self.allowance.spend()

    def _may_send(self) -> bool:
        if self._allotted and not self._window:
            raise Silent("the server does not answer, or others use up what it takes")
        if self._silence.noticed and not self._any_request_finds_out:
            raise Silent("the server does not answer")
        if self._allotted and self.pause > SHORT_PAUSE:
            raise Silent("the server wants to be left alone")
        return not self.pause and self._in_flight < int(self._window) and not self.allowance.is_spent

    @property
    def _any_request_finds_out(self) -> bool:
        """Whoever is among others probes instead, so that no node pays for it."""
        return self._may_find_out and not self._allotted

    @property
    def _may_find_out(self) -> bool:
        return not self._in_flight and self._silence.may_be_asked

    def _change(self) -> None:
        """Let all who wait look again."""
        self._changed.set()
        self._changed.clear()

    async def _until_change(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.pause or None):
                await self._changed.wait()

    def _answered(self) -> None:
        if self._silence.answered():
            self.news.set()

    def _success(self, request_class: str, seconds: float) -> None:
        self._succeeded += 1
        self._latencies.add(request_class, seconds)
        if not self._allotted:
            self._window = min(self._limit, self._window + 1 / self._window)

    def _pushed_back(self, error: ApiError, began: float, epoch: int) -> None:
        now = time.monotonic()
        # What refuses even one request at a time is as good as silent: a proxy whose server is gone answers 503.
        if isinstance(error, Unanswered) or (error.delay is None and self._window <= 1):
            self._silence.unanswered()
        if epoch == self._epoch:
            self._pushed_in = epoch
            self.news.set()
        if began > self._last_cut:
            self._window = min(self._window, max(1.0, self._window / 2))
            self._last_cut = now
        if error.delay is not None:
            self._asked_for = now + min(error.delay, LONGEST_PAUSE)
            self._resume_at = max(self._resume_at, self._asked_for)
