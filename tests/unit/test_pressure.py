"""Pressure: the window of requests in flight, as a server's answers make it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from migrator.prefect_api.errors import Busy, GivenUp, Missing, Silent, Unanswered
from migrator.prefect_api.pressure import SILENT_AFTER, Pressure


def run(scenario: Callable[[Pressure], Awaitable[None]], *, limit: int = 16, patience: float = 60.0) -> Pressure:
    """Play a scenario, and return the pressure after it."""

    async def play() -> Pressure:
        pressure = Pressure(limit, patience)
        await scenario(pressure)
        return pressure

    return asyncio.run(play())


async def succeed(pressure: Pressure, times: int = 1) -> None:
    """Requests that are answered."""
    for _ in range(times):
        async with pressure.slot():
            pass


async def fail(pressure: Pressure, error: Exception) -> None:
    """A request that ends with an error."""

    async def request() -> None:
        async with pressure.slot():
            await asyncio.sleep(0)  # so that those that are sent together are under way together
            raise error

    with pytest.raises(type(error)):
        await request()


def test_success_opens_the_window_up_to_its_limit() -> None:
    """Additive increase, and never more than was allowed."""
    assert run(lambda pressure: succeed(pressure, 500), limit=6).window == 6


def test_a_push_back_halves_the_window() -> None:
    """Multiplicative decrease."""

    async def scenario(pressure: Pressure) -> None:
        await succeed(pressure, 500)
        await fail(pressure, Busy("503", 503))

    assert run(scenario).window == 8


def test_requests_under_way_together_shrink_the_window_once() -> None:
    """A storm is one event."""

    async def scenario(pressure: Pressure) -> None:
        await succeed(pressure, 500)
        await asyncio.gather(*(fail(pressure, _later()) for _ in range(8)))

    def _later() -> Exception:
        return Busy("503", 503)

    assert run(scenario).window == 8


def test_a_window_never_closes() -> None:
    """One request at least may always be under way."""

    async def scenario(pressure: Pressure) -> None:
        for _ in range(10):
            await fail(pressure, Busy("503", 503))

    assert run(scenario).window == 1


def test_a_share_is_what_one_is_told() -> None:
    """Invariant 13: among several processes the budget decides, and hears how it went."""

    async def scenario(pressure: Pressure) -> None:
        pressure.allot(3, epoch=5)
        await succeed(pressure, 20)
        assert pressure.window == 3
        assert pressure.report() == (20, -1, 0)
        await fail(pressure, Busy("503", 503))
        assert pressure.report() == (0, 5, 0)
        pressure.allot(0, epoch=6)
        assert pressure.window == 0

    run(scenario)


def test_an_error_that_is_an_answer_shrinks_nothing() -> None:
    """404 says nothing about load."""
    assert run(lambda pressure: fail(pressure, Missing("404", 404))).window == Pressure(16, 1.0).window


def test_no_more_are_under_way_than_the_window_allows() -> None:
    """Others wait for their turn."""
    most = 0

    async def scenario(pressure: Pressure) -> None:
        under_way = 0

        async def request() -> None:
            nonlocal under_way, most
            async with pressure.slot():
                under_way += 1
                most = max(most, under_way)
                await asyncio.sleep(0.001)
                under_way -= 1

        await asyncio.gather(*(request() for _ in range(50)))

    run(scenario, limit=3)
    assert most == 3


def test_retry_after_pauses_everybody() -> None:
    """The server names the time; nobody asks before it."""

    async def scenario(pressure: Pressure) -> None:
        await fail(pressure, Busy("429", 429, delay=0.2))
        began = asyncio.get_running_loop().time()
        await succeed(pressure)
        assert asyncio.get_running_loop().time() - began >= 0.15

    run(scenario)


def test_a_silent_server_is_asked_by_one_at_a_time() -> None:
    """Others learn at once that there is nobody to ask."""

    async def scenario(pressure: Pressure) -> None:
        for _ in range(SILENT_AFTER):
            await fail(pressure, Unanswered("no answer"))
        await fail(pressure, Silent("the server does not answer"))

    run(scenario)


def test_a_server_is_given_up_after_its_time() -> None:
    """Then nodes fail instead of waiting for ever."""

    async def scenario(pressure: Pressure) -> None:
        for _ in range(SILENT_AFTER):
            await fail(pressure, Unanswered("no answer"))
        assert pressure.exhausted
        await fail(pressure, GivenUp("gone"))

    run(scenario, patience=0.0)


def test_an_answer_ends_all_trouble() -> None:
    """A server that answers again is a server like any other."""

    async def scenario(pressure: Pressure) -> None:
        for _ in range(SILENT_AFTER - 1):
            await fail(pressure, Unanswered("no answer"))
        await succeed(pressure)
        await fail(pressure, Unanswered("no answer"))
        await succeed(pressure)
        assert not pressure.exhausted

    run(scenario, patience=0.0)
