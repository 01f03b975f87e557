"""share: all workers of a destination draw on one budget (invariant 13)."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from redis.asyncio import Redis

from migrator.engine import budget
from migrator.engine.budget import Budget, Report
from migrator.engine.keys import BUDGET, BudgetKeys

T = TypeVar("T")
#: What a budget begins with.
INITIAL = 4


@pytest.fixture
def play(redis_url: str, run_id: str) -> Callable[[Callable[[Callable[[str], Budget]], Awaitable[T]]], T]:
    """Plays a scenario, which is given a way to make the budgets of processes that share one destination."""

    def play(scenario: Callable[[Callable[[str], Budget]], Awaitable[T]]) -> T:
        async def run() -> T:
            async with Redis.from_url(redis_url) as redis:
                found = await scenario(lambda process: Budget(redis, run_id, process, limit=16))
                await redis.unlink(*(BudgetKeys(run_id)[structure] for structure in BUDGET))
                return found

        return asyncio.run(run())

    return play


def test_one_process_has_it_all(play: Callable[..., int]) -> None:
    """Nobody to share with."""

    async def scenario(process: Callable[[str], Budget]) -> int:
        return (await process("a").share(Report())).window

    assert play(scenario) == INITIAL


def test_shares_add_up_to_the_window(play: Callable[..., list[int]]) -> None:
    """Never more in flight than the window, whoever asks and however often."""

    async def scenario(process: Callable[[str], Budget]) -> list[int]:
        for name in "abc":
            await process(name).share(Report())
        return [(await process(name).share(Report())).window for name in "abc"]

    assert play(scenario) == [2, 1, 1]


def test_success_opens_the_window_for_all(play: Callable[..., list[int]]) -> None:
    """By one for every window of successes, up to every process's limit."""

    async def scenario(process: Callable[[str], Budget]) -> list[int]:
        await process("a").share(Report())
        for _ in range(100):
            await process("b").share(Report(answered=10))
        return [(await process(name).share(Report())).window for name in "ab"]

    assert play(scenario) == [16, 16]


def test_one_epoch_shrinks_it_once(play: Callable[..., list[tuple[int, int]]]) -> None:
    """What two processes sent before either heard of the first push-back is one event."""

    async def scenario(process: Callable[[str], Budget]) -> list[tuple[int, int]]:
        for name in "ab":
            await process(name).share(Report())
        found = [await process(name).share(Report(pushed=0)) for name in "ab"]
        return [(share.window, share.epoch) for share in found]

    assert play(scenario) == [(1, 1), (1, 1)]


def test_a_window_of_one_goes_to_who_came_first(play: Callable[..., list[int]]) -> None:
    """A destination that bears one writer gets one, however many processes there are."""

    async def scenario(process: Callable[[str], Budget]) -> list[int]:
        await process("b").share(Report())
        await asyncio.sleep(0.005)
        await process("a").share(Report())
        for epoch in range(3):
            await process("a").share(Report(pushed=epoch))
        return [(await process(name).share(Report())).window for name in "ab"]

    assert play(scenario) == [0, 1]


def test_what_was_too_much_is_approached_slowly(play: Callable[..., int]) -> None:
    """SQLite refuses a second writer, always: one does not ask again with every success."""

    async def scenario(process: Callable[[str], Budget]) -> int:
        only = process("a")
        for epoch in range(3):
            await only.share(Report(pushed=epoch))
        return (await only.share(Report(answered=10))).window

    assert play(scenario) == 1


def test_who_leaves_leaves_its_share(play: Callable[..., int]) -> None:
    """To the others, at once."""

    async def scenario(process: Callable[[str], Budget]) -> int:
        for name in "ab":
            await process(name).share(Report())
        await process("b").leave(Report())
        return (await process("a").share(Report())).window

    assert play(scenario) == INITIAL


def test_who_is_gone_is_counted_no_more(play: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was killed does not keep its share."""

    async def scenario(process: Callable[[str], Budget]) -> int:
        monkeypatch.setattr(budget, "ALIVE_MS", 1)
        await process("b").share(Report())
        monkeypatch.setattr(budget, "ALIVE_MS", 60_000)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            window = (await process("a").share(Report())).window
            if window == INITIAL:
                break
        return window

    assert play(scenario) == INITIAL


def test_when_one_is_asked_to_wait_all_wait(play: Callable[..., tuple[int, int]]) -> None:
    """Retry-After is for everybody, also for who comes later."""

    async def scenario(process: Callable[[str], Budget]) -> tuple[int, int]:
        await process("a").share(Report(pushed=0, pause_ms=60_000))
        later = await process("b").share(Report())
        sooner = await process("b").share(Report(pause_ms=1))
        return later.wait_ms, sooner.wait_ms

    later, sooner = play(scenario)
    assert 55_000 < sooner <= later <= 60_000
