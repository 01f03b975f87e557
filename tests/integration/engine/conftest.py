"""The bench that the engine's tests drive."""

from collections.abc import Iterator

import pytest

from tests.integration.engine.bench import Bench, bench_on


@pytest.fixture
def bench(redis_url: str, run_id: str) -> Iterator[Bench]:
    """A run of this test's own, not published yet."""
    with bench_on(redis_url, run_id) as bench:
        yield bench
