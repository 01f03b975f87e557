"""Workers of two versions side by side: one that would misread a run leaves it alone, and says so."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import dramatiq
import pytest
import redis as blocking
from redis.asyncio import Redis

from migrator.engine.keeping import sweep
from migrator.engine.keys import RUNS, RunKeys
from migrator.engine.record import SCHEMA
from migrator.settings import Settings
from tests.integration.engine.bench import Bench, bench_on, retry
from tests.integration.engine.graphs import hub
from tests.patience import wait_until
from workers.actors import declare
from workers.broker import make_broker
from workers.drain import Drain
from workers.middleware.attendance import ROUND, Attendance
from workers.participation import Participation

SECONDS = 30.0
ANOTHER = SCHEMA + 1


@pytest.fixture
def bench(redis_url: str, run_id: str) -> Iterator[Bench]:
    """A run that another version has published, and in which something is due: an attempt that is to be repeated."""
    with bench_on(redis_url, run_id) as bench:
        bench.publish(hub(3))
        bench.claim_and_settle(retry(0))
        record = cast("bytes", bench.do(bench.redis.hget(bench.keys["run"], "record")))
        other = record.replace(f'"schema_version":{SCHEMA}'.encode(), f'"schema_version":{ANOTHER}'.encode())
        assert other != record
        bench.do(bench.redis.hset(bench.keys["run"], "record", other))
        yield bench


def _all_of(client: blocking.Redis, keys: RunKeys) -> dict[str, bytes | None]:
    """Everything that a run keeps, but who says why it is left alone."""
    return {key: client.dump(key) for key in keys.all() if key != keys["hindrances"]}


def test_a_run_of_another_version_is_left_alone_altogether(redis_url: str, bench: Bench, tmp_path: Path) -> None:
    """No claim, nothing that is due, no bell: our scripts would take its structures for ours."""
    (tmp_path / "key").write_text("ab" * 32)
    settings = Settings(redis_url=redis_url, sealing_key_file=tmp_path / "key")

    def works(redis: Redis, name: str) -> Participation:
        return Participation(redis, settings, name)

    attendance = Attendance(redis_url, works, Drain(0), keep_days=1)
    broker = make_broker(redis_url, attendance)
    declare(broker, attendance, lease_seconds=60)
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=50)
    with blocking.Redis.from_url(redis_url) as client:
        before = _all_of(client, bench.keys)
        worker.start()
        try:
            wait_until(lambda: bool(client.exists(bench.keys["hindrances"])), SECONDS, "nobody says why")
            time.sleep(2 * ROUND)
            [told] = client.hvals(bench.keys["hindrances"])
            assert f"schema {ANOTHER}, ours is {SCHEMA}" in told.decode()
            assert _all_of(client, bench.keys) == before
        finally:
            worker.stop()
            broker.close()
            broker.client.close()


def test_a_sweep_looks_after_no_run_of_another_version(bench: Bench) -> None:
    """Its state may be one that we do not know."""
    bench.do(bench.redis.hset(bench.keys["run"], "state", "of another kind"))
    bench.do(bench.redis.zrem(RUNS, bench.run.id))

    assert bench.run.id not in bench.do(sweep(bench.redis))

    assert bench.do(bench.redis.zscore(RUNS, bench.run.id)) is None
