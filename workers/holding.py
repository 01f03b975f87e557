"""A holding: what a worker holds under one lease, from the claim until Redis knows how each node ended."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable
from typing import Generic, Protocol, TypeVar

from migrator.engine.scripts import Claim, Result, Verdict


class HasNode(Protocol):
    """What is to be done for one node."""

    @property
    def node(self) -> int:
        """The node."""


J = TypeVar("J", bound=HasNode)


class Holding(Generic[J]):
    """The nodes of one claim: each is unprepared, waits, is in flight, or has a result that Redis is not told yet.

    Args:
        claim: What was claimed.
    """

    def __init__(self, claim: Claim) -> None:
        self.token = claim.token
        self.suspect = claim.suspect
        self.results: list[Result] = []
        self._unprepared: Claim | None = claim
        self._waiting: deque[J] = deque()
        self._in_flight: dict[asyncio.Task[Result], int] = {}

    @property
    def unprepared(self) -> Claim | None:
        """The claim, as long as what its nodes need has not been gathered."""
        return self._unprepared

    @property
    def waiting(self) -> int:
        """How many nodes could be begun."""
        return len(self._waiting)

    @property
    def tasks(self) -> Iterable[asyncio.Task[Result]]:
        """The attempts that are in flight."""
        return self._in_flight.keys()

    @property
    def is_empty(self) -> bool:
        """Whether Redis has been told of all."""
        return not (self._unprepared or self._waiting or self._in_flight or self.results)

    def prepared(self, jobs: Iterable[J], results: Iterable[Result]) -> None:
        """What the nodes need is there, or has settled them already."""
        self._unprepared = None
        self._waiting.extend(jobs)
        self.results.extend(results)

    def next(self) -> J:
        """The job that is to be begun next."""
        return self._waiting.popleft()

    def begin(self, node: int, attempt: Coroutine[None, None, Result]) -> None:
        """An attempt is in flight from now on."""
        self._in_flight[asyncio.create_task(attempt)] = node

    def collect(self) -> None:
        """Take the results of the attempts that have ended."""
        for task in [task for task in self._in_flight if task.done()]:
            del self._in_flight[task]
            self.results.append(task.result())

    def give_back(self) -> None:
        """Give back what was not begun, without penalty."""
        unprepared = self._unprepared.attempts if self._unprepared else ()
        nodes = [*unprepared, *(job.node for job in self._waiting)]
        self.results += [Result(node, Verdict.RELEASE, "0") for node in nodes]
        self._unprepared = None
        self._waiting.clear()

    async def interrupt(self) -> None:
        """End what is in flight; whoever goes on looks first, for it may have been written."""
        self.collect()
        for task in self._in_flight:
            task.cancel()
        await asyncio.gather(*self._in_flight, return_exceptions=True)
        self.results += [Result(node, Verdict.RETRY, "0") for node in self._in_flight.values()]
        self._in_flight.clear()
