"""Pressure: the window of requests in flight, as a server's answers make it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from migrator.prefect_api import silence
from migrator.prefect_api.errors import ApiError, Busy, Missing, Silent, Unanswered
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.silence import SILENT_AFTER


def run(scenario: Callable[[Pressure], Awaitable[None]], *, limit: int = 16) -> Pressure:
    """Play a scenario, and return the pressure after it."""

    async def play() -> Pressure:
        pressure = Pressure(limit)
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
        for _ in range(4):
            await fail(pressure, Busy("503", 503))

    assert run(scenario).window == 1


def test_a_share_is_what_one_is_told() -> None:
    """Invariant 13: among several processes the budget decides, and hears how it went."""

    async def scenario(pressure: Pressure) -> None:
        pressure.allot(3, epoch=5)
        await succeed(pressure, 20)
        assert pressure.window == 3
        assert pressure.report()[:3] == (20, -1, 0)
        await fail(pressure, Busy("503", 503))
        assert pressure.report()[:3] == (0, 5, 0)
        pressure.allot(0, epoch=6)
        assert pressure.window == 0

    run(scenario)


def test_an_error_that_is_an_answer_shrinks_nothing() -> None:
    """404 says nothing about load."""
    assert run(lambda pressure: fail(pressure, Missing("404", 404))).window == Pressure(16).window


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


def test_an_answer_ends_all_trouble() -> None:
    """A server that answers again is a server like any other."""

    async def scenario(pressure: Pressure) -> None:
        for _ in range(SILENT_AFTER - 1):
            await fail(pressure, Unanswered("no answer"))
        await succeed(pressure)
        await fail(pressure, Unanswered("no answer"))
        await succeed(pressure)
        assert pressure.report().heard == 1

    run(scenario)


def test_a_server_that_refuses_even_one_at_a_time_is_silent() -> None:
    """A proxy whose server is gone answers 503, and that at once: nobody sends one after another."""

    async def scenario(pressure: Pressure) -> None:
        with pytest.raises(Silent):
            await _insist(pressure, Busy("503", 503))
        assert pressure.report().heard == -1

    run(scenario)


def test_one_that_names_a_time_is_not_silent() -> None:
    """It answers, and it says when it will again."""

    async def scenario(pressure: Pressure) -> None:
        for _ in range(10):
            await fail(pressure, Busy("429", 429, delay=0.0))
        assert pressure.report().heard == 0

    run(scenario)


def test_who_is_told_that_it_is_silent_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """One process finds out for all; only what finds out is sent, and its answer is news."""
    monkeypatch.setattr(silence, "PROBE_EVERY", 0.0)

    async def scenario(pressure: Pressure) -> None:
        pressure.allot(0, epoch=0, silent=True)
        await fail(pressure, Silent("told"))
        with pressure.under_way():
            assert pressure.report().in_flight == 1
        assert pressure.news.is_set()
        assert pressure.report().heard == 1
        pressure.allot(4, epoch=0)
        await succeed(pressure)

    run(scenario)


def test_who_hears_nothing_among_others_lets_no_node_find_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request of its own does, when it is time: an outage costs a node one attempt."""
    monkeypatch.setattr(silence, "PROBE_EVERY", 0.0)

    async def scenario(pressure: Pressure) -> None:
        pressure.allot(4, epoch=0)
        for _ in range(SILENT_AFTER):
            await fail(pressure, Unanswered("nobody"))
        await fail(pressure, Silent("held back"))
        assert (pressure.window, pressure.is_in_the_dark) == (0, True)
        with pressure.under_way():
            assert not pressure.is_in_the_dark
        assert (pressure.window, pressure.is_in_the_dark) == (1, False)

    run(scenario)


def test_what_others_hear_ends_ones_own_silence() -> None:
    """Invariant 13: an answer to one closes the breaker for all."""

    async def scenario(pressure: Pressure) -> None:
        for _ in range(SILENT_AFTER):
            await fail(pressure, Unanswered("no answer"))
        pressure.allot(0, epoch=0, silent=True)
        pressure.allot(4, epoch=0)
        assert pressure.window == 4

    run(scenario)


def test_a_long_pause_is_not_waited_for() -> None:
    """Invariant 13: a claimed node would be held meanwhile; it is given back."""

    async def scenario(pressure: Pressure) -> None:
        pressure.allot(4, epoch=0, wait_ms=60_000)
        assert pressure.window == 0
        await fail(pressure, Silent("paused"))

    run(scenario)


def test_nothing_is_sent_without_a_token() -> None:
    """What was given is spent, then one waits; wanted is twice what was sent, and what waits."""

    async def scenario(pressure: Pressure) -> None:
        pressure.allot(16, epoch=0, tokens=3)
        sending = [asyncio.create_task(succeed(pressure)) for _ in range(5)]
        await asyncio.sleep(0.01)
        assert sum(task.done() for task in sending) == 3
        report = pressure.report()
        assert (report.answered, report.unspent, report.wanted) == (3, 0, 2 * 3 + 2)
        pressure.allot(16, epoch=0, tokens=5)
        await asyncio.gather(*sending)
        assert pressure.report().unspent == 3

    run(scenario, limit=4)


def test_no_more_jobs_begin_than_there_are_tokens() -> None:
    """What could not begin is wanted the next time."""

    async def scenario(pressure: Pressure) -> None:
        assert pressure.allowance.admit(9) == 9
        pressure.allot(16, epoch=0, tokens=3)
        assert pressure.allowance.admit(9) == 3
        report = pressure.report()
        assert (report.unspent, report.wanted) == (3, 6)
        assert pressure.allowance.admit(9) == 0

    run(scenario, limit=4)


def test_as_many_tokens_are_always_wanted_as_requests_could_be_in_flight() -> None:
    """Who was given few could send few: that tells nothing of what is wanted."""

    async def scenario(pressure: Pressure) -> None:
        pressure.allot(16, epoch=0, tokens=0)
        assert pressure.report().wanted == 16

    run(scenario, limit=16)


def test_a_larger_share_is_used_at_once() -> None:
    """Who waits does not wait for the end of a request that is under way."""

    async def scenario(pressure: Pressure) -> None:
        pressure.allot(1, epoch=0)
        with pressure.under_way():
            waiting = asyncio.create_task(succeed(pressure))
            await asyncio.sleep(0.01)
            assert not waiting.done()
            pressure.allot(2, epoch=0)
            await waiting

    run(scenario)


def test_latencies_are_held_against_the_best_that_all_have_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one is allotted comes with it; and what one has seen is told."""
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)

    async def scenario(pressure: Pressure) -> None:
        nonlocal now
        pressure.allot(4, epoch=0, best={"create": 0.05})
        async with pressure.slot("create"):
            now += 0.2
        report = pressure.report()
        assert report.slowness == pytest.approx(4.0)
        assert report.best == pytest.approx({"create": 0.2})

    run(scenario)


async def _insist(pressure: Pressure, error: ApiError) -> None:
    """One request after another, however often the server refuses."""
    for _ in range(100):
        with suppress(Busy):
            async with pressure.slot():
                raise error
