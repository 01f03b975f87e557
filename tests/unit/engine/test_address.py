"""The address of a Redis: both clients are led to the same place, with the password of the file."""

from pathlib import Path

import pytest
from redis import Redis as BlockingRedis
from redis.asyncio import Redis

from migrator.engine.address import PasswordFile, arguments_of, shared_redis
from migrator.settings import Settings


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    """What holds the password."""
    path = tmp_path / "password"
    path.write_text("the password\n")
    return path


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://host:1/2", {"host": "host", "port": 1, "db": 2}),
        ("redis://user@host/2?health_check_interval=9", {"host": "host", "db": 2, "health_check_interval": 9}),
        ("rediss://user@host", {"host": "host"}),
        ("unix:///run/a.sock", {"path": "/run/a.sock"}),
        ("unix://user@/run/a.sock?db=2", {"path": "/run/a.sock", "db": 2}),
    ],
)
def test_a_password_file_changes_nothing_about_the_place(
    password_file: Path, url: str, place: dict[str, object]
) -> None:
    """Workers have a client of each sort; one that finds nothing would end them after the run was published."""
    address = shared_redis(Settings(redis_url=url, redis_password_file=password_file))
    assert address is not None
    arguments = arguments_of(address)
    for client in (Redis.from_url(**arguments), BlockingRedis.from_url(**arguments)):
        given = client.connection_pool.connection_kwargs
        assert place.items() <= given.items()
        assert isinstance(given["credential_provider"], PasswordFile)
        user = "user" if "user@" in url else "default"
        assert given["credential_provider"].get_credentials() == (user, "the password")
