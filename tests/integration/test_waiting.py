"""A run that is waited for no longer: what becomes of it depends on whether anybody is left to work at it."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from migrator.coordinator.carrying_out import carry_out
from migrator.coordinator.workplace import Workplace
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
