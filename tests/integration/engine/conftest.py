"""What the engine's tests drive: a run, and the budget of a destination."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.integration.engine.bench import Bench, bench_on
from tests.integration.engine.sharing import player


@pytest.fixture
def bench(redis_url: str, run_id: str) -> Iterator[Bench]:
    """A run of this test's own, not published yet."""
    with bench_on(redis_url, run_id) as bench:
        yield bench


@pytest.fixture
def play(redis_url: str, run_id: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Plays scenarios of processes that share one destination's budget."""
    return player(redis_url, run_id, monkeypatch)
