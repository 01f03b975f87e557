"""The crew: the worker processes that are alive, by name, and what keeps each from working at a run."""

from dataclasses import dataclass

from migrator.engine.doorbell import workers_alive
from migrator.engine.hindrances import told
from migrator.engine.presence import present
from migrator.engine.run import Run

#: Workers that are named; there may be more.
NAMED = 50


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker process that is alive.

    Attributes:
        name: What it calls itself.
        seconds: For how long it counts as alive if it says nothing more.
        version: Of Migrator; empty if it does not say so.
        hindrance: Why it does not work at the run; empty if it does.
    """

    name: str
    seconds: float
    version: str = ""
    hindrance: str = ""


@dataclass(frozen=True, slots=True)
class Crew:
    """The worker processes that are alive.

    Attributes:
        alive: How many they are.
        workers: Those that are named, in order of their names.
    """

    alive: int = 0
    workers: tuple[Worker, ...] = ()


async def crew_of(run: Run) -> Crew:
    """Who could work at a run right now."""
    alive = await workers_alive(run.redis)
    hindrances = await told(run) if alive else {}
    workers = (
        Worker(name, seconds, version, hindrances.get(name, ""))
        for name, version, seconds in await present(run.redis, NAMED)
    )
    return Crew(alive, tuple(workers))
