"""A Redis across a network: TLS, a user, and a password in a file that may be rotated under who is connected."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from migrator.engine import doorbell
from migrator.engine.address import shared_redis
from migrator.engine.connection import connected, refuse_unsafe
from migrator.errors import MigratorError, UnreachableError, UsageError
from migrator.settings import Settings
from tests.guarded_redis import Authority, GuardedRedis, guarded_redis


@pytest.fixture(scope="module")
def guarded() -> Iterator[GuardedRedis]:
    """A Redis that these tests may do anything to."""
    with tempfile.TemporaryDirectory(prefix="guarded-") as home, guarded_redis(Path(home)) as redis:
        yield redis


def _address(guarded: GuardedRedis, **other: object) -> str:
    given = {"redis_url": guarded.url, "redis_ca_file": guarded.ca_file, "redis_password_file": guarded.password_file}
    address = shared_redis(Settings(**{**given, **other}))  # type: ignore[arg-type]
    assert address is not None
    return address


def _connect(address: str, use: Callable[[Redis], Awaitable[object]] = Redis.ping) -> None:
    async def session() -> None:
        try:
            async with connected(address) as redis:
                await use(redis)
        finally:
            # What was refused, or cut, is closed a moment after redis-py has let go of it, where it is TLS.
            await asyncio.sleep(0.1)

    asyncio.run(session())


def _problem(address: str) -> MigratorError:
    with pytest.raises(MigratorError) as caught:
        _connect(address)
    return caught.value


def test_the_rights_that_are_documented_are_enough_to_judge_it(guarded: GuardedRedis) -> None:
    """Whether they are for a whole run, the fleet shows."""
    _connect(_address(guarded), lambda redis: refuse_unsafe(redis, accept_volatile=False))


def test_bells_ring_by_the_same_address(guarded: GuardedRedis) -> None:
    """The broker of dramatiq has a client of its own, and no door of its own."""
    broker = doorbell.broker_of(_address(guarded), [])
    try:
        assert broker.client.ping()
    finally:
        broker.close()
        broker.client.close()


def test_a_password_that_is_rotated_is_read_by_who_is_connected_already(guarded: GuardedRedis) -> None:
    """Its connection is cut, and the next one shows the new one: no restart, and nothing that fails."""
    broker = doorbell.broker_of(_address(guarded), [])

    async def go_on(redis: Redis) -> None:
        await redis.ping()
        guarded.rotate()
        await redis.ping()

    _connect(_address(guarded), go_on)
    try:
        assert broker.client.ping()
    finally:
        broker.close()
        broker.client.close()


def test_a_wrong_password_is_named_as_the_cause(guarded: GuardedRedis, tmp_path: Path) -> None:
    """Invariant 10: and not quoted."""
    (tmp_path / "wrong").write_text("hunter2")

    error = _problem(_address(guarded, redis_password_file=tmp_path / "wrong"))

    assert isinstance(error, UnreachableError)
    assert "refuses the credentials" in error.what
    assert "MIGRATOR_REDIS_PASSWORD_FILE" in error.advice
    assert "hunter2" not in error.what + error.advice


@pytest.mark.parametrize(
    ("missing", "setting"),
    [("redis_password_file", "MIGRATOR_REDIS_PASSWORD_FILE"), ("redis_ca_file", "MIGRATOR_REDIS_CA_FILE")],
)
def test_a_file_that_is_not_there_is_wrong_usage(
    guarded: GuardedRedis, tmp_path: Path, missing: str, setting: str
) -> None:
    """It is named, and so is the setting."""
    error = _problem(_address(guarded, **{missing: tmp_path / "nothing"}))

    assert isinstance(error, UsageError)
    assert "nothing cannot be read" in error.what
    assert setting in error.advice


def test_a_certificate_of_somebody_else_is_not_trusted(guarded: GuardedRedis, tmp_path: Path) -> None:
    """Whoever stands in between learns nothing: no password is sent."""
    error = _problem(_address(guarded, redis_ca_file=Authority.made(tmp_path / "other").certificate))

    assert isinstance(error, UnreachableError)
    assert "certificate that is not trusted" in error.what
    assert "MIGRATOR_REDIS_CA_FILE" in error.advice


def test_the_certificates_of_this_machine_are_the_ones_without_a_file(guarded: GuardedRedis) -> None:
    """Nothing is trusted for want of a setting."""
    assert "certificate that is not trusted" in _problem(_address(guarded, redis_ca_file=None)).what


def test_a_certificate_for_another_host_is_not_trusted(guarded: GuardedRedis) -> None:
    """The one that is shown is for 127.0.0.1."""
    elsewhere = guarded.url.replace("127.0.0.1", "localhost")

    assert "certificate that is not trusted" in _problem(_address(guarded, redis_url=elsewhere)).what


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"redis_url": "redis://h", "redis_ca_file": "/ca"}, "MIGRATOR_REDIS_CA_FILE"),
        ({"redis_url": "rediss://:hunter2@h", "redis_password_file": "/password"}, "MIGRATOR_REDIS_PASSWORD_FILE"),
    ],
)
def test_settings_that_contradict_each_other_are_wrong_usage(settings: dict[str, str], told: str) -> None:
    """A password that is not sent, or a certificate that is not looked at, would go unnoticed."""
    with pytest.raises(UsageError) as caught:
        shared_redis(Settings(**settings))  # type: ignore[arg-type]

    assert told in caught.value.what
    assert "hunter2" not in caught.value.what + caught.value.advice
