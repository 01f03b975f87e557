"""Who follows a run: for how long, through pauses or not, and what is said of it."""

import asyncio
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from migrator.coordinator.carrying_out import carry_out
from migrator.coordinator.workplace import Workplace
from migrator.engine.scripts import RunState
from migrator.engine.standing import Standing
from migrator.engine.steering import cancel
from migrator.errors import ResumableError
from migrator.settings import Settings
from tests.integration.engine.bench import Bench, bench_on
from tests.integration.engine.graphs import plan_of


@pytest.fixture
def bench(redis_url: str, run_id: str) -> Iterator[Bench]:
    """A run that may be published."""
    with bench_on(redis_url, run_id) as bench:
        yield bench


@pytest.mark.parametrize("is_shared", [True, False])
def test_who_waits_no_longer_is_told_what_the_run_does_now(
    bench: Bench, redis_url: str, tmp_path: Path, *, is_shared: bool
) -> None:
    """The workers of a command end with it; with the embedded Valkey there are no others."""
    bench.publish(plan_of(1))
    settings = Settings(redis_url=redis_url if is_shared else None, state_dir=tmp_path / "state")
    place = Workplace(redis_url, bench.redis, None)

    with pytest.raises(ResumableError) as ended:
        bench.do(carry_out(bench.run, place, 0, settings, lambda _: nullcontext(lambda _: None), wait=0.01))

    said = (ended.value.what, ended.value.advice)
    assert ("goes on where" in said[0], "migrator watch" in said[1]) == (is_shared, is_shared)
    assert ("waits for workers" in said[0], "migrator resume" in said[1]) == (not is_shared, not is_shared)


def test_a_run_that_is_paused_is_followed_until_it_goes_on_where_that_is_wanted(
    bench: Bench, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a coordinator in a cluster: a Job that ended would have failed. That nobody works meanwhile is no news."""
    monkeypatch.setattr("migrator.coordinator.supervision.LONELY", 0.2)
    bench.publish(plan_of(1))
    bench.turn(RunState.PAUSED)
    settings = Settings(redis_url=redis_url, state_dir=tmp_path / "state")
    place = Workplace(redis_url, bench.redis, None)
    seen: list[RunState] = []

    def show(standing: Standing | None) -> None:
        assert standing is not None
        seen.append(standing.status.state)

    async def followed() -> None:
        following = asyncio.create_task(
            carry_out(bench.run, place, 0, settings, lambda _: nullcontext(show), through_pauses=True)
        )
        await asyncio.sleep(1)
        assert not following.done()
        await cancel(bench.run)
        await following

    bench.do(followed())
    assert (seen[0], seen[-1]) == (RunState.PAUSED, RunState.CANCELLED)
