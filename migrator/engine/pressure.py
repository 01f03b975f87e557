"""The pressure on a destination as its budget has it: what is allowed, what is held back, whether it answers.

It is looked at, never touched: `share` alone changes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from migrator.engine.keys import BudgetKeys


@dataclass(frozen=True, slots=True)
class Pressure:
    """What all workers together may ask of a destination right now.

    Attributes:
        sharers: Processes that share the budget.
        window: Requests that they may have in flight.
        held: Of these, how many are given out to a process.
        cuts: How often it was too much, so that the window was halved.
        rate: Requests a second that the most cautious run allows; None for any.
        bound: Requests in flight that the most cautious run allows; None for any.
        pause: Seconds that the destination wants to be left alone.
        troubled: Seconds for which nothing but trouble has come from it; 0 if all is well.
        silent: Seconds for which the breaker is open, because it answers nothing; 0 if it is closed.
    """

    sharers: int = 0
    window: int = 0
    held: int = 0
    cuts: int = 0
    rate: float | None = None
    bound: int | None = None
    pause: float = 0.0
    troubled: float = 0.0
    silent: float = 0.0


async def pressure_on(redis: Redis, destination: str) -> Pressure:
    """The pressure on a destination; nothing at all while nobody writes to it.

    Args:
        redis: Where the budget is.
        destination: The identity of the workspace.
    """
    keys = BudgetKeys(destination)
    async with redis.pipeline(transaction=False) as pipe:
        pipe.time()
        pipe.hgetall(keys["budget"])
        pipe.zrange(keys["alive"], 0, -1, withscores=True)
        pipe.zrange(keys["rates"], 0, 0, withscores=True)
        pipe.zrange(keys["bounds"], 0, 0, withscores=True)
        (seconds, microseconds), budget, alive, rates, bounds = await pipe.execute()
    now = int(seconds) * 1000 + int(microseconds) // 1000
    sharers = sum(until > now for _, until in alive)
    return _pressure(_Budget(budget, now), sharers, _least(rates), _least(bounds)) if sharers else Pressure()


@dataclass(frozen=True)
class _Budget:
    """The fields of a budget, as numbers."""

    fields: Mapping[bytes, bytes]
    now: int

    def number(self, field: str) -> float:
        return float(self.fields.get(field.encode(), 0))

    def since(self, field: str) -> float:
        """Seconds since a moment; 0 where there is none."""
        moment = self.number(field)
        return max(0.001, (self.now - moment) / 1000) if moment else 0.0


def _pressure(budget: _Budget, sharers: int, rate: float | None, bound: float | None) -> Pressure:
    return Pressure(
        sharers=sharers,
        window=int(budget.number("window")),
        held=int(budget.number("held")),
        cuts=int(budget.number("epoch")),
        rate=rate,
        bound=None if bound is None else int(bound),
        pause=max(0.0, (budget.number("resume") - budget.now) / 1000),
        troubled=budget.since("troubled"),
        silent=budget.since("silent"),
    )


def _least(scores: list[Any]) -> float | None:
    return float(scores[0][1]) if scores else None
