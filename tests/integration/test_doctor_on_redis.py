"""What the doctor finds in a shared Redis: who is there, and what is under way."""

import asyncio
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from migrator import __version__
from migrator.coordinator.doctor.redis import examine_redis
from migrator.embedded.valkey import valkey
from migrator.engine.keys import VERSIONS, WORKERS
from migrator.engine.sealing import seal_of
from migrator.exit_codes import ExitCode
from migrator.model.finding import Finding, Verdict
from migrator.settings import Settings
from tests.integration.engine.bench import bench_on
from tests.integration.engine.graphs import chain

FOR_EVER = 2**53


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A shared Redis of this test's own, and a key for it."""
    (tmp_path / "key").write_text(secrets.token_hex(32))
    with valkey(tmp_path / "redis") as url:
        yield Settings(redis_url=url, sealing_key_file=tmp_path / "key", state_dir=tmp_path)


@pytest.fixture
def client(settings: Settings) -> Iterator["redis.Redis"]:
    """Its owner."""
    with redis.Redis.from_url(str(settings.redis_url)) as client:
        yield client


def found(settings: Settings) -> dict[str, Finding]:
    """What is found of it, by check."""
    return {finding.check: finding for finding in asyncio.run(examine_redis(settings, None))}


def test_a_redis_without_workers_is_warned_of_with_the_way_to_start_some(
    settings: Settings, client: "redis.Redis"
) -> None:
    """Who shares a Redis means to have some. To look leaves nothing behind."""
    presence = found(settings)["presence"]
    assert presence.verdict is Verdict.WARNING
    assert "migrator workers" in presence.advice
    assert client.dbsize() == 0


def test_a_user_who_may_not_run_scripts_is_found(settings: Settings, client: "redis.Redis") -> None:
    """Everything else would be well, and the first claim would fail."""
    client.acl_setuser("tester", enabled=True, passwords=["+secret"], keys=["migrator:*"], categories=["+@all"])
    limited = settings.model_copy(update={"redis_url": str(settings.redis_url).replace("//", "//tester:secret@", 1)})
    assert found(limited)["writing"].verdict is Verdict.FINE

    client.acl_setuser("tester", enabled=True, categories=["-@scripting"])
    writing = found(limited)["writing"]
    assert writing.code is ExitCode.UNREACHABLE
    assert "secret" not in writing.reason


def test_workers_of_this_version_are_counted(settings: Settings, client: "redis.Redis") -> None:
    """All is well."""
    client.zadd(WORKERS, {"a": FOR_EVER, "b": FOR_EVER})
    client.hset(VERSIONS, mapping={"a": __version__, "b": __version__})
    assert found(settings)["version"] == Finding(
        "workers", "version", Verdict.FINE, f"2 are there, of this version ({__version__})"
    )


def test_workers_of_other_versions_are_named(settings: Settings, client: "redis.Redis") -> None:
    """They would work at a run of this version as if it were one of theirs."""
    client.zadd(WORKERS, dict.fromkeys("abc", FOR_EVER))
    client.hset(VERSIONS, mapping={"a": __version__, "b": "0.0.1"})
    version = found(settings)["version"]
    assert version.verdict is Verdict.WARNING
    assert "1 of 0.0.1, 1 of one that tells none" in version.reason


def test_a_run_that_is_under_way_is_held_against_the_sealing_key(settings: Settings) -> None:
    """With another key nobody here can resume it."""
    with bench_on(str(settings.redis_url), "test-run") as bench:
        bench.publish(chain(2))
        assert found(settings)["run"].verdict is Verdict.WARNING

        record = bench.do(bench.run.record())
        assert settings.sealing_key_file is not None
        sealed = record.model_copy(update={"seal": seal_of(settings.sealing_key_file).id})
        bench.do(bench.redis.hset(bench.keys["run"], "record", sealed.model_dump_json()))
        assert found(settings)["run"].verdict is Verdict.FINE
