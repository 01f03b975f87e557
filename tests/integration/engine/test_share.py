"""share: all workers of a destination draw on one budget (invariant 13)."""

import asyncio
import time
from collections.abc import Callable, Mapping

import pytest

from migrator.engine import budget
from migrator.engine.budget import Budget, Report
from migrator.model.bounds import Bounds
from tests.integration.engine.sharing import pass_by

#: What a budget begins with.
INITIAL = 4


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
            await asyncio.sleep(0.005)
            await only.share(Report(heard=1, pushed=epoch))
        return (await only.share(Report(answered=10))).window

    assert play(scenario) == 1


def test_it_doubles_until_answers_come_slower(play: Callable[..., list[int]]) -> None:
    """What is found out of a destination is found out soon; from then on one more is tried at a time."""

    async def scenario(process: Callable[[str], Budget]) -> list[int]:
        only, slownesses = process("a"), (0, 1, 2.5, 1, 1)
        reports = [Report(answered=8 if slowness else 0, slowness=slowness) for slowness in slownesses]
        return [(await only.share(report)).window for report in reports]

    assert play(scenario) == [4, 8, 8, 8, 9]


def test_who_refuses_everybody_does_not_tell_how_much_is_too_much(play: Callable[..., list[int]]) -> None:
    """A storm of 429 says not now, whatever is in flight: once it is over, all goes on as it was before."""

    async def scenario(process: Callable[[str], Budget]) -> list[int]:
        only = process("a")
        found = [(await only.share(Report(answered=100, heard=1))).window for _ in range(3)]
        await asyncio.sleep(0.005)
        found += [(await only.share(Report(pushed=epoch))).window for epoch in range(4)]
        return found + [(await only.share(Report(answered=100, heard=1))).window for _ in range(4)]

    assert play(scenario) == [5, 10, 16, 8, 4, 2, 1, 2, 4, 8, 15]


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


def test_a_newcomer_waits_until_others_have_made_room(play: Callable[..., list[tuple[int, int]]]) -> None:
    """Invariant 13: what is under way counts, so that there is never more in flight than the window."""

    async def scenario(process: Callable[[str], Budget]) -> list[tuple[int, int]]:
        await process("a").share(Report())
        found = [await process("b").share(Report())]
        await process("a").share(Report(in_flight=INITIAL))
        found.append(await process("b").share(Report()))
        await process("a").share(Report(in_flight=1))
        found.append(await process("b").share(Report()))
        return [(share.window, share.due) for share in found]

    assert play(scenario) == [(0, 2), (0, 2), (2, 2)]


def test_the_most_cautious_run_bounds_all(play: Callable[..., list[int]]) -> None:
    """`--concurrency` of one run holds for the destination, for as long as that run is worked at."""

    async def scenario(process: Callable[[str], Budget]) -> list[int]:
        for name, bound in (("a", 3), ("b", 2)):
            await process(name).share(Report(answered=1000), Bounds(concurrency=bound))
        bounded = [(await process("a").share(Report(answered=1000), Bounds(concurrency=3))).window for _ in range(2)]
        await process("b").leave(Report(), Bounds(concurrency=2))
        return [*bounded, (await process("a").share(Report(answered=1000), Bounds(concurrency=3))).window]

    assert play(scenario) == [1, 1, 3]


def test_the_best_answer_that_any_has_had_is_told_to_all(play: Callable[..., list[Mapping[str, float]]]) -> None:
    """Of the classes that a process tells of: two processes hold what they see against the same."""

    async def scenario(process: Callable[[str], Budget]) -> list[Mapping[str, float]]:
        told = [("a", {"list": 0.5, "create": 0.06}), ("b", {"create": 0.03}), ("a", {"create": 0.09}), ("a", {})]
        return [(await process(name).share(Report(best=best))).best for name, best in told]

    first, *others = play(scenario)
    assert first == {"list": 0.5, "create": 0.06}
    assert others == [pytest.approx({"create": 0.03}, rel=1e-3)] * 2 + [{}]


def test_the_best_answer_is_forgotten_slowly(play: Callable[..., list[float]]) -> None:
    """A destination that became slower for good is not held against what it once was, whoever tells of it."""

    async def scenario(process: Callable[[str], Budget]) -> list[float]:
        found = [(await process("a").share(Report(best={"create": 0.1}))).best["create"]]
        for name in "ab":
            await pass_by(600.0, process(name))
            found.append((await process(name).share(Report(best={"create": 0.9}))).best["create"])
        return found

    assert play(scenario) == pytest.approx([0.1, 0.2, 0.4], rel=1e-3)
