"""The connection: what can be wrong with a Redis, said before a run is entrusted to it."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis as blocking
from redis.asyncio import Redis

from migrator.embedded.valkey import valkey
from migrator.engine import connection
from migrator.engine.connection import connected, refuse_unsafe
from migrator.errors import MigratorError, RefusedError, UnreachableError, UsageError
from migrator.exit_codes import ExitCode

SECONDS = 30.0
SETTINGS = ("maxmemory", "maxmemory-policy", "appendonly")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of these tests' own, whose settings they may change."""
    with valkey(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
def admin(server: str) -> Iterator[blocking.Redis]:
    """A client that changes settings of the server; they are put back after the test."""
    with blocking.Redis.from_url(server, decode_responses=True) as client:
        before = {name: client.config_get(name)[name] for name in SETTINGS}
        yield client
        _order(client, "REPLICAOF", "NO", "ONE")
        for name, value in before.items():
            client.config_set(name, value)
        deadline = time.monotonic() + SECONDS
        while client.info("persistence")["aof_rewrite_in_progress"]:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def _order(client: blocking.Redis, *words: str) -> None:
    client.execute_command(*words)  # type: ignore[no-untyped-call] # redis-py annotates its commands, not this


def _connect(url: str, use: Callable[[Redis], Awaitable[object]] = Redis.ping) -> None:
    async def session() -> None:
        async with connected(url) as redis:
            await use(redis)

    asyncio.run(session())


def _problem(url: str, use: Callable[[Redis], Awaitable[object]] = Redis.ping) -> MigratorError:
    with pytest.raises(MigratorError) as caught:
        _connect(url, use)
    return caught.value


async def _refuse_unsafe(redis: Redis) -> None:
    await refuse_unsafe(redis, accept_volatile=False)


async def _write(redis: Redis) -> None:
    await redis.set("migrator:test", 1, px=1)


def test_the_embedded_valkey_is_safe(server: str) -> None:
    """What the laptop gets is what a cluster is asked for."""
    _connect(server, _refuse_unsafe)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hunter2",
        "hunter2:6379",
        "http://:hunter2@h",
        "redis://:hunter2@h:port",
        "redis://:hunter2@h:99999",
        "redis://:hunter2@[::1",
        "redis://:hunter2@h?db=x",
    ],
)
def test_what_is_no_url_of_a_redis_is_wrong_usage_and_not_quoted(url: str) -> None:
    """Invariant 10: it may hold a password."""
    error = _problem(url)

    assert isinstance(error, UsageError)
    assert error.exit_code is ExitCode.USAGE
    assert "MIGRATOR_REDIS_URL" in error.what
    assert "redis://" in error.advice
    assert "hunter2" not in error.what + error.advice


def test_an_option_that_there_is_not_is_wrong_usage(server: str) -> None:
    """A URL's query is checked like the rest of it."""
    error = _problem(f"{server}?no_such_option=1")

    assert isinstance(error, UsageError)
    assert error.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "unix:///no/such/valkey.sock"])
def test_a_redis_that_is_not_there_cannot_be_reached(url: str) -> None:
    """It is down, or the URL leads elsewhere; the advice names both."""
    error = _problem(url)

    assert isinstance(error, UnreachableError)
    assert error.exit_code is ExitCode.UNREACHABLE
    assert "cannot be reached" in error.what
    assert "MIGRATOR_REDIS_URL" in error.advice


def test_a_redis_that_does_not_answer_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something listens, and says nothing; after the time-out nobody waits any longer."""
    monkeypatch.setattr(connection, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begin = time.monotonic()
        error = _problem(f"redis://127.0.0.1:{silent.getsockname()[1]}")

    assert error.exit_code is ExitCode.UNREACHABLE
    assert time.monotonic() - begin < 5.0


def test_a_redis_that_goes_away_cannot_be_reached_any_more(tmp_path: Path) -> None:
    """Also in the middle of a command of ours."""

    async def session(server: ExitStack) -> None:
        async with connected(server.enter_context(valkey(tmp_path))) as redis:
            await redis.ping()
            server.close()
            await redis.ping()

    with pytest.raises(UnreachableError), ExitStack() as stack:
        asyncio.run(session(stack))


def test_errors_that_are_not_of_redis_pass(server: str) -> None:
    """What goes wrong while a connection is open need not be its fault."""

    async def fail(_: Redis) -> None:
        raise RefusedError("declined")

    assert _problem(server, fail).what == "declined"


@pytest.mark.parametrize("user", ["tester:wrong@", "nobody:secret@"])
def test_credentials_that_are_refused_are_named_as_the_cause(user: str, server: str, admin: blocking.Redis) -> None:
    """A user who reads "cannot be reached" would look at the network."""
    _order(admin, "ACL", "SETUSER", "tester", "on", ">secret", "+ping")

    error = _problem(server.replace("unix://", f"unix://{user}"))

    assert error.exit_code is ExitCode.UNREACHABLE
    assert "refuses the credentials" in error.what
    assert "secret" not in error.what


def test_a_user_who_may_not_write_is_named_as_the_cause(server: str, admin: blocking.Redis) -> None:
    """The password is right, the rights are not."""
    _order(admin, "ACL", "SETUSER", "tester", "on", ">secret", "+ping")

    error = _problem(server.replace("unix://", "unix://tester:secret@"), _write)

    assert error.exit_code is ExitCode.UNREACHABLE
    assert "refuses the credentials" in error.what


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
def test_a_redis_that_may_evict_keys_is_refused(policy: str, server: str, admin: blocking.Redis) -> None:
    """A run that loses one key is a run that ends wrongly."""
    admin.config_set("maxmemory-policy", policy)

    error = _problem(server, _refuse_unsafe)

    assert isinstance(error, RefusedError)
    assert error.exit_code is ExitCode.REFUSED
    assert policy in error.what
    assert "noeviction" in error.advice


def test_a_redis_without_an_append_only_file_is_refused(server: str, admin: blocking.Redis) -> None:
    """A restart would lose the run; who accepts that has to say so."""
    admin.config_set("appendonly", "no")

    error = _problem(server, _refuse_unsafe)

    assert error.exit_code is ExitCode.REFUSED
    assert "--accept-volatile" in error.advice
    _connect(server, lambda redis: refuse_unsafe(redis, accept_volatile=True))


def test_accepting_a_volatile_redis_accepts_nothing_else(server: str, admin: blocking.Redis) -> None:
    """One opt-out for one risk."""
    admin.config_set("maxmemory-policy", "allkeys-lru")

    assert _problem(server, lambda redis: refuse_unsafe(redis, accept_volatile=True)).exit_code is ExitCode.REFUSED


def test_a_replica_is_refused(server: str, admin: blocking.Redis) -> None:
    """It could be read, and not written."""
    _order(admin, "REPLICAOF", "127.0.0.1", "1")

    error = _problem(server, _refuse_unsafe)

    assert error.exit_code is ExitCode.REFUSED
    assert "replica" in error.what
    assert "primary" in error.advice


def test_a_primary_that_becomes_a_replica_is_refused(server: str, admin: blocking.Redis) -> None:
    """A failover under a run: the next write says so."""
    _order(admin, "REPLICAOF", "127.0.0.1", "1")

    error = _problem(server, _write)

    assert error.exit_code is ExitCode.REFUSED
    assert "read-only" in error.what


def test_a_redis_with_too_little_memory_is_refused(server: str, admin: blocking.Redis) -> None:
    """Publishing would fail half-way, and a run that has begun could not settle."""
    admin.config_set("maxmemory", "1mb")

    assert _problem(server, _refuse_unsafe).exit_code is ExitCode.REFUSED


def test_a_mistake_of_ours_is_not_blamed_on_the_connection(redis_url: str, run_id: str) -> None:
    """A command that Redis cannot carry out is a bug to report, not a server to look for."""

    async def mistake(redis: Redis) -> None:
        key = f"migrator:{{{run_id}}}:ready"
        await redis.set(key, "no list")
        await redis.llen(key)

    with pytest.raises(Exception, match="wrong kind of value") as caught:
        _connect(redis_url, mistake)

    assert getattr(caught.value, "exit_code", ExitCode.BUG) is ExitCode.BUG
