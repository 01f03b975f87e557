"""Presence: worker processes say that they are there, and of which version."""

from typing import Any

import pytest

from migrator import __version__
from migrator.engine import presence
from migrator.engine.keys import VERSIONS, WORKERS
from migrator.engine.presence import attend, leave, present
from tests.integration.engine.bench import Bench


@pytest.fixture
def alone(bench: Bench) -> Bench:
    """A bench without workers from elsewhere."""
    bench.do(bench.redis.delete(WORKERS, VERSIONS))
    return bench


def versions(bench: Bench) -> dict[str, str]:
    """Who is there, and of which version."""
    return {name: version for name, version, _ in bench.do(present(bench.redis))}


def test_who_attends_is_there_with_its_version_until_it_leaves(alone: Bench) -> None:
    """It learns how many are; one who leaves takes its version along."""
    assert [alone.do(attend(alone.redis, worker)) for worker in ("a-1", "b-2", "a-1")] == [1, 2, 2]
    assert versions(alone) == {"a-1": __version__, "b-2": __version__}

    alone.do(leave(alone.redis, "a-1"))

    assert versions(alone) == {"b-2": __version__}
    assert alone.do(alone.redis.hkeys(VERSIONS)) == [b"b-2"]


def test_who_no_longer_speaks_is_not_there_and_the_next_one_forgets_it(
    alone: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else would: a worker that was killed does not leave."""
    with monkeypatch.context() as dead:
        dead.setattr(presence, "ALIVE_MS", -1)
        alone.do(attend(alone.redis, "killed"))
    assert versions(alone) == {}

    alone.do(attend(alone.redis, "next"))

    assert alone.do(alone.redis.hkeys(VERSIONS)) == [b"next"]
    assert alone.do(alone.redis.zrange(WORKERS, 0, -1)) == [b"next"]


def test_one_that_speaks_again_just_then_is_not_forgotten(alone: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was late, because its process slept; the next one has read that already."""
    alone.do(alone.redis.zadd(WORKERS, {"late": 1}))
    read = alone.redis.zrange

    async def late(*asked: Any, **how: Any) -> Any:
        gone = await read(*asked, **how)
        await alone.redis.zadd(WORKERS, {"late": 2**53})
        return gone

    with monkeypatch.context() as just_then:
        just_then.setattr(alone.redis, "zrange", late)
        alone.do(attend(alone.redis, "next"))

    assert versions(alone).keys() == {"late", "next"}


def test_one_of_an_older_version_tells_none(alone: Bench) -> None:
    """It is there all the same."""
    alone.do(attend(alone.redis, "new"))
    alone.do(alone.redis.zadd(WORKERS, {"old": 2**53}))
    assert versions(alone) == {"new": __version__, "old": ""}


def test_without_workers_nothing_of_them_stays(alone: Bench) -> None:
    """Both keys end by themselves."""
    alone.do(attend(alone.redis, "last"))
    assert all(0 < alone.do(alone.redis.ttl(key)) <= presence.FORGOTTEN_AFTER for key in (WORKERS, VERSIONS))
