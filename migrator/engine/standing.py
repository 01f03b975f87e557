"""A run's standing: where it is, how fast it goes, when it will be there, and what it waits for."""

from dataclasses import dataclass

from migrator.engine import doorbell, hindrances
from migrator.engine.failures import Failure, latest_failures
from migrator.engine.pace import rate_of
from migrator.engine.run import Run
from migrator.engine.scripts import RunState
from migrator.engine.status import Status
from migrator.model.outcome import Outcome

#: Failures that are worth showing while a run goes on.
LATEST = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a run stands.

    Attributes:
        status: What Redis counts of it.
        workers: Worker processes that are alive.
        rate: Nodes a second that settled lately.
        hindrances: By worker, why it does not work at the run right now.
        failures: The last ones, newest first.
    """

    status: Status
    workers: int
    rate: float
    hindrances: dict[str, str]
    failures: tuple[Failure, ...] = ()

    @property
    def seconds_left(self) -> float | None:
        """When it will have ended, at this rate; None where it does not move."""
        left = self.status.nodes - self.status.settled
        return left / self.rate if self.rate and self.status.state is RunState.RUNNING else None

    @property
    def waits_for(self) -> list[str]:
        """What keeps it from going on; nothing where it just goes on."""
        if self.status.state is not RunState.RUNNING:
            return []
        if not self.workers:
            return ["a worker: none is there"]
        by_reason: dict[str, list[str]] = {}
        for worker, why in self.hindrances.items():
            by_reason.setdefault(why, []).append(worker)
        return [f"{_named(workers, self.workers)}: {why}" for why, workers in by_reason.items()]


def _named(workers: list[str], alive: int) -> str:
    if len(workers) == alive:
        return "all workers"
    return workers[0] if len(workers) == 1 else f"{len(workers)} workers"


async def standing_of(run: Run) -> Standing:
    """Where a run stands.

    Raises:
        UsageError: There is no such run.
    """
    status = await run.status()
    workers = await doorbell.workers_alive(run.redis)
    failures = await latest_failures(run, LATEST) if status.outcomes.get(Outcome.FAILED) else []
    return Standing(status, workers, await rate_of(run), await hindrances.told(run), tuple(failures))
