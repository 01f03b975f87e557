"""share, of a destination that is in trouble: one breaker for all (invariant 13), and an end of patience."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from migrator.engine import budget
from migrator.engine.budget import Budget, Report
from migrator.engine.scripts import Standing
from tests.integration.engine.sharing import pass_by


def test_a_silent_destination_is_asked_by_one_process_at_a_time(play: Callable[..., list[Standing]]) -> None:
    """Invariant 13: one breaker for all, one request a second; others may send nothing."""

    async def scenario(process: Callable[[str], Budget]) -> list[Standing]:
        await process("a").share(Report(heard=-1))
        first = await process("b").share(Report())
        assert first.window == first.due == 0
        await pass_by(1.0, process("a"))
        probing = [(await process(name).share(Report())).standing for name in "aba"]
        await pass_by(1.0, process("a"))
        failed = [(await process(name).share(Report(heard=heard))).standing for name, heard in (("b", 0), ("a", -1))]
        return [first.standing, *probing, *failed]

    silent, probe = Standing.SILENT, Standing.PROBE
    assert play(scenario) == [silent, probe, silent, silent, silent, probe]


def test_who_leaves_with_the_probe_in_hand_blocks_nobody(play: Callable[..., Standing]) -> None:
    """The same holds for who dies with it: it is counted no more after a while."""

    async def scenario(process: Callable[[str], Budget]) -> Standing:
        await process("a").share(Report(heard=-1))
        await pass_by(1.0, process("a"))
        assert (await process("a").share(Report())).standing is Standing.PROBE
        await process("a").leave(Report())
        await pass_by(1.0, process("a"))
        return (await process("b").share(Report())).standing

    assert play(scenario) is Standing.PROBE


def test_who_dies_with_the_probe_in_hand_blocks_nobody(
    play: Callable[..., Standing], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for its answer."""

    async def scenario(process: Callable[[str], Budget]) -> Standing:
        await process("a").share(Report(heard=-1))
        await pass_by(1.0, process("a"))
        monkeypatch.setattr(budget, "ALIVE_MS", 1)
        assert (await process("a").share(Report())).standing is Standing.PROBE
        monkeypatch.setattr(budget, "ALIVE_MS", 60_000)
        await asyncio.sleep(0.005)
        await pass_by(1.0, process("a"))
        return (await process("b").share(Report())).standing

    assert play(scenario) is Standing.PROBE


def test_an_answer_closes_the_breaker_for_all(play: Callable[..., list[tuple[Standing, int]]]) -> None:
    """And what may be in flight is what it was: requests that found out are no push-backs."""

    async def scenario(process: Callable[[str], Budget]) -> list[tuple[Standing, int]]:
        await process("a").share(Report(heard=-1))
        for _ in range(5):
            await process("a").share(Report(heard=-1, pushed=0))
        await process("b").share(Report(heard=1))
        shares = [await process(name).share(Report()) for name in "ab"]
        return [(share.standing, share.window) for share in shares]

    assert play(scenario) == [(Standing.ANSWERS, 2), (Standing.ANSWERS, 2)]


def test_who_alone_hears_nothing_opens_no_breaker(play: Callable[..., Standing]) -> None:
    """The network of one machine may be down; the server answers the others."""

    async def scenario(process: Callable[[str], Budget]) -> Standing:
        await process("a").share(Report(heard=1))
        await process("b").share(Report(heard=-1))
        return (await process("a").share(Report())).standing

    assert play(scenario) is Standing.ANSWERS


def test_that_patience_is_over_is_said_once(play: Callable[..., list[Standing]]) -> None:
    """To one process; who comes later gets the same patience anew."""

    async def scenario(process: Callable[[str], Budget]) -> list[Standing]:
        impatient = [replace(process(name), patience=20.0) for name in "ab"]
        await impatient[0].share(Report(pushed=0))
        await pass_by(21.0, process("a"))
        return [(await each.share(Report())).standing for each in (*impatient, *impatient)]

    assert play(scenario) == [Standing.OVER, *[Standing.ANSWERS] * 3]


def test_an_answer_renews_patience(play: Callable[..., Standing]) -> None:
    """Trouble that is over does not add up."""

    async def scenario(process: Callable[[str], Budget]) -> Standing:
        only = replace(process("a"), patience=20.0)
        await only.share(Report(pushed=0))
        await only.share(Report(heard=1))
        await pass_by(21.0, only)
        return (await only.share(Report(pushed=1))).standing

    assert play(scenario) is Standing.ANSWERS
