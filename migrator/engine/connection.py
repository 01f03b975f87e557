"""The connection to Redis, and whether that Redis may be trusted with a run."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import (
    AuthenticationError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from migrator.errors import MigratorError, RefusedError, ResumableError, UnreachableError, UsageError

#: Seconds until a Redis that does not answer counts as unreachable.
TIMEOUT = 10.0
#: Attempts at a command whose connection failed: some five seconds.
RETRIES = 8
#: LPOP with a count came with Redis 6.2.
OLDEST = (6, 2)
#: Bytes that must be free where memory is limited: a run of 100,000 nodes takes some 35 MB, sealed bodies apart.
LEAST_FREE = 64 * 2**20


#: What a Redis is in that restarts or fails over: it comes back.
AWAY = (exceptions.ConnectionError, exceptions.TimeoutError, ReadOnlyError)


def client_of(url: str) -> Redis:
    """A client that waits out a restart of Redis, or a failover; every command of ours may be repeated."""
    return Redis.from_url(
        url,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        retry=Retry(ExponentialBackoff(cap=1, base=0.05), RETRIES),
        retry_on_error=[ReadOnlyError],
    )


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Redis]:
    """A client for as long as the block lasts.

    Raises:
        UsageError: The URL is none.
        UnreachableError: Redis does not answer, within the block or before.
    """
    try:
        redis = client_of(url)
        redis.connection_pool.make_connection()  # type: ignore[no-untyped-call] # unopened; looks at the URL's options
    except (TypeError, ValueError) as error:
        raise UsageError(
            "MIGRATOR_REDIS_URL is no URL of a Redis",
            "write redis://, rediss:// or unix://, then host, port and number",
        ) from error
    try:
        await _first_contact(url)
        yield redis
    except RedisError as error:
        explained = _explained(error)
        if explained is None:
            raise
        raise explained from error
    finally:
        await redis.aclose()


async def _first_contact(url: str) -> None:
    """Say at once that nobody is there, instead of waiting for a restart."""
    async with Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT) as redis:
        await redis.ping()


async def refuse_unsafe(redis: Redis, *, accept_volatile: bool) -> None:
    """Refuse a Redis that could lose a run.

    Raises:
        UnreachableError: It does not answer.
        RefusedError: It is a replica, evicts keys, is too old or too small, or keeps nothing on disk.
    """
    info: dict[str, Any] = {}
    for section in ("server", "replication", "memory", "persistence"):
        info |= await redis.info(section)
    volatile = _volatile(info, accept_volatile=accept_volatile)
    for problem in (_too_old(info), _replica(info), _evicting(info), _too_small(info), volatile):
        if problem is not None:
            raise problem


def _too_old(info: Mapping[str, Any]) -> MigratorError | None:
    version = str(info["redis_version"])
    if tuple(int(part) for part in version.split(".")[:2]) >= OLDEST:
        return None
    return RefusedError(f"Redis {version} is too old", "use 6.2 or newer, or Valkey")


def _replica(info: Mapping[str, Any]) -> MigratorError | None:
    if info["role"] == "master":
        return None
    return RefusedError("this Redis is a read-only replica", "set MIGRATOR_REDIS_URL to its primary")


def _evicting(info: Mapping[str, Any]) -> MigratorError | None:
    policy = info.get("maxmemory_policy", "noeviction")
    if policy == "noeviction":
        return None
    return RefusedError(
        f"this Redis may evict keys (maxmemory-policy {policy})", "set its maxmemory-policy to noeviction"
    )


def _too_small(info: Mapping[str, Any]) -> MigratorError | None:
    limit = int(info.get("maxmemory", 0))
    free = limit - int(info["used_memory"])
    if limit == 0 or free >= LEAST_FREE:
        return None
    return RefusedError(
        f"this Redis has {max(free, 0) >> 20} MB left", f"raise its maxmemory by {LEAST_FREE >> 20} MB at least"
    )


def _volatile(info: Mapping[str, Any], *, accept_volatile: bool) -> MigratorError | None:
    if accept_volatile or info.get("aof_enabled"):
        return None
    return RefusedError(
        "this Redis keeps no append-only file, so a restart of it would lose the run",
        "set its appendonly to yes, or say --accept-volatile",
    )


def _explained(error: RedisError) -> MigratorError | None:
    """What to tell a user; None where it is a mistake of ours. By class: redis-py cuts the code off the message."""
    if isinstance(error, ReadOnlyError) or "READONLY" in str(error):
        return RefusedError("this Redis is read-only", "set MIGRATOR_REDIS_URL to its primary")
    if isinstance(error.__cause__ or error, AuthenticationError | NoPermissionError):
        return UnreachableError(f"Redis refuses the credentials: {error}", "check MIGRATOR_REDIS_URL")
    if isinstance(error, OutOfMemoryError):
        return ResumableError("this Redis has no memory left", "raise its maxmemory; what is there is not lost")
    if isinstance(error, ResponseError):
        return None
    return UnreachableError(f"Redis cannot be reached: {error}", "is it up, and MIGRATOR_REDIS_URL right?")
