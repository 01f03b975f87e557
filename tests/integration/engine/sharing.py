"""Processes that share one destination's budget, on a clock that a test moves."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from redis.asyncio import Redis

from migrator.engine import budget
from migrator.engine.budget import Budget
from migrator.engine.keys import BudgetKeys

T = TypeVar("T")
#: What a budget remembers of moments, in ms and in µs.
MOMENTS = {"cut": 1_000, "resume": 1_000, "answered": 1_000, "troubled": 1_000, "silent": 1_000, "looked": 1_000}
MOMENTS |= {"asked": 1_000, "refilled": 1_000_000}


async def pass_by(seconds: float, shared: Budget) -> None:
    """Time passes: all that a budget remembers is longer ago. No test waits, nor is one late on a busy machine."""
    key = BudgetKeys(shared.destination)["budget"]
    for field, units in MOMENTS.items():
        if await shared.redis.hexists(key, field):
            await shared.redis.hincrby(key, field, -int(seconds * units))
    best = BudgetKeys(shared.destination)["best"]
    for name, seen in (await shared.redis.hgetall(best)).items():
        answer, at = map(float, seen.split())
        await shared.redis.hset(best, name, f"{answer} {at - seconds * 1000:.0f}")


def player(
    redis_url: str, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[Callable[[str], Budget]], Awaitable[T]]], T]:
    """Plays a scenario, which is given a way to make the budgets of processes that share one destination.

    Each counts until it leaves, however long that takes.
    """
    monkeypatch.setattr(budget, "ALIVE_MS", 60_000)

    def play(scenario: Callable[[Callable[[str], Budget]], Awaitable[T]]) -> T:
        async def run() -> T:
            async with Redis.from_url(redis_url) as redis:
                found = await scenario(lambda process: Budget(redis, run_id, process, limit=16))
                await redis.unlink(*BudgetKeys(run_id).all())
                return found

        return asyncio.run(run())

    return play
