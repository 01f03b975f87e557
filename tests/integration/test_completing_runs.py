"""Runs are completed from a real Redis, and not waited for."""

import asyncio
import socket
import time

import pytest
from click.shell_completion import ShellComplete
from redis.asyncio import Redis

from migrator.cli import completion, group
from migrator.engine.publishing import publish
from migrator.settings import Settings
from tests.integration.engine.graphs import plan_of, record_of


def completed(begun: str) -> list[str]:
    """What a run could be called."""
    return [item.value for item in ShellComplete(group, {}, "migrator", "").get_completions(["status"], begun)]


def at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on Redis is there."""
    monkeypatch.setattr(completion, "settings", lambda: Settings(redis_url=url, accept_volatile=True))


def test_runs_are_completed_with_last(redis_url: str, run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The id of one, and the word that stands for the newest."""
    asyncio.run(_published(redis_url, run_id))
    at(redis_url, monkeypatch)

    assert completed(run_id[:8]) == [run_id]
    assert "last" in completed("")


def test_a_redis_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """It accepts the connection and says nothing; neither do we."""
    monkeypatch.setattr(completion, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        at(f"redis://127.0.0.1:{silent.getsockname()[1]}", monkeypatch)
        began = time.monotonic()

        assert completed("") == []
        assert time.monotonic() - began < 5


async def _published(url: str, run_id: str) -> None:
    plan = plan_of(1)
    async with Redis.from_url(url) as redis:
        await publish(redis, record_of(run_id, plan), plan, ())
