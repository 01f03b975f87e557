"""The pace of a run: how many nodes settled when, and how, in steps of ten seconds."""

from collections.abc import Awaitable, Sequence
from typing import NamedTuple, cast

from migrator.engine.run import Run, redis_ms
from migrator.model.outcome import Outcome

#: Seconds that one entry stands for; `settle` writes them.
STEP = 10
#: Seconds over which a rate is taken.
WINDOW = 60


class Pace(NamedTuple):
    """How many nodes settled in one way within one step.

    Attributes:
        second: When the step began, in seconds since the epoch, by the clock of Redis.
        outcome: How they ended.
        nodes: How many.
    """

    second: int
    outcome: str
    nodes: int


async def pace_of(run: Run) -> list[Pace]:
    """The pace from the beginning, in order of time; a step in which nothing settled is left out."""
    raw = cast("dict[bytes, bytes]", await run.redis.hgetall(run.keys["pace"]))
    fields = ((field.decode().partition(" "), int(nodes)) for field, nodes in raw.items())
    return sorted(Pace(int(second), outcome, nodes) for (second, _, outcome), nodes in fields)


async def rate_of(run: Run) -> float:
    """Nodes a second that settled lately, over the last minute, or as long as there is something to count."""
    now = await redis_ms(run.redis) / 1000
    return rate_at(now, await _lately(run, int(now)))


async def _lately(run: Run, now: int) -> list[Pace]:
    """The pace of the last minute: however long the run has been going on, that is the same few fields."""
    last = now - now % STEP
    steps = [(second, outcome) for second in range(last - WINDOW, last + 1, STEP) for outcome in Outcome]
    asked = run.redis.hmget(run.keys["pace"], [f"{second} {outcome}" for second, outcome in steps])
    found = await cast("Awaitable[list[bytes | None]]", asked)
    return [Pace(*step, int(nodes)) for step, nodes in zip(steps, found, strict=True) if nodes is not None]


def rate_at(now: float, pace: Sequence[Pace]) -> float:
    """Nodes a second that had settled lately at a moment, in seconds since the epoch."""
    lately = [step for step in pace if step.second + STEP > now - WINDOW]
    if not lately:
        return 0.0
    return sum(step.nodes for step in lately) / max(1.0, now - lately[0].second)
