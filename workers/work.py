"""What answering a doorbell asks of a run and of this process's part in it."""

from typing import Protocol, TypeVar

from migrator.engine.run import Run
from migrator.engine.scripts import Claim, Result
from migrator.model.bounds import Bounds
from workers.holding import HasNode

J = TypeVar("J", bound=HasNode)


class Room(Protocol):
    """How much of what nodes are written to this process may use."""

    @property
    def room(self) -> int:
        """Attempts that may be in flight; 0 where others use up all that may be."""

    def admit(self, jobs: int) -> int:
        """How many of some jobs may begin now."""

    def out_of_patience(self) -> str:
        """Why the run is better paused, which is said once; empty if it is not."""

    async def join(self, bounds: Bounds) -> None:
        """A slice begins to work, within what its run allows."""

    async def leave(self, bounds: Bounds) -> None:
        """A slice has ended."""


class Work(Protocol[J]):
    """One run in one worker process."""

    @property
    def run(self) -> Run:
        """The run on Redis."""

    @property
    def worker(self) -> str:
        """The process."""

    @property
    def bounds(self) -> Bounds:
        """What the run allows of what is written to."""

    @property
    def destination(self) -> Room:
        """What is written to."""

    @property
    def hindrance(self) -> str:
        """Why nothing is written right now; empty if something is."""

    async def prepare(self, claim: Claim) -> tuple[list[J], list[Result]]:
        """Gather what claimed nodes need; nodes that are settled by that already come back as results."""

    async def attempt(self, job: J) -> Result:
        """Attempt a node. Every way in which it can end is a result."""

    async def tell(self) -> None:
        """Tell Redis, before results are settled, what was written and sent."""


class Works(Protocol[J]):
    """The runs that this process takes part in."""

    async def work(self, run_id: str) -> Work[J] | None:
        """A run, ready to work at; None if this process cannot take part in it."""

    def refusal(self, run_id: str) -> str:
        """Why it cannot; empty if it can."""

    async def aclose(self) -> None:
        """Leave all of them."""
