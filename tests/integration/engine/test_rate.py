"""share, of a destination for which a rate is set: one bucket of tokens for all (invariant 13)."""

import time
from collections.abc import Callable

from migrator.engine.budget import Budget, Report
from migrator.model.bounds import Bounds
from tests.integration.engine.sharing import pass_by


def test_tokens_come_at_the_rate_and_go_to_who_wants_them(play: Callable[..., tuple[int, int]]) -> None:
    """Nothing at once, then what the time has brought; who wants none gets none."""
    rate = Bounds(rate=100.0)

    async def scenario(process: Callable[[str], Budget]) -> tuple[int, int]:
        first = (await process("a").share(Report(wanted=50), rate)).tokens
        began = time.monotonic()
        await pass_by(0.2, process("a"))
        idle = (await process("b").share(Report(), rate)).tokens
        later = (await process("a").share(Report(wanted=50), rate)).tokens
        assert 20 <= later <= 100 * (time.monotonic() - began + 0.2)
        return first, idle

    assert play(scenario) == (0, 0)


def test_tokens_that_come_back_go_to_others(play: Callable[..., int]) -> None:
    """What one process did not need is not lost."""
    rate = Bounds(rate=100.0)

    async def scenario(process: Callable[[str], Budget]) -> int:
        await process("a").share(Report(), rate)
        await pass_by(0.2, process("a"))
        drawn = (await process("a").share(Report(wanted=50), rate)).tokens
        await process("a").leave(Report(unspent=drawn), rate)
        return (await process("b").share(Report(wanted=drawn), rate)).tokens - drawn

    assert play(scenario) == 0


def test_tokens_that_nobody_takes_do_not_pile_up(play: Callable[..., int]) -> None:
    """After a pause there is what 0.3 s bring and one more."""
    rate = Bounds(rate=100.0)

    async def scenario(process: Callable[[str], Budget]) -> int:
        await process("a").share(Report(), rate)
        await pass_by(0.6, process("a"))
        return (await process("a").share(Report(wanted=500), rate)).tokens

    assert play(scenario) == 31


def test_where_no_run_sets_a_rate_there_is_none(play: Callable[..., list[int]]) -> None:
    """And the smallest of those that are set holds for all."""

    async def scenario(process: Callable[[str], Budget]) -> list[int]:
        unbounded = (await process("a").share(Report(wanted=9))).tokens
        await process("b").share(Report(), Bounds(rate=50.0))
        await process("c").share(Report(), Bounds(rate=10.0))
        await pass_by(0.4, process("a"))
        return [unbounded, (await process("a").share(Report(wanted=500))).tokens]

    assert play(scenario) == [-1, 4]
