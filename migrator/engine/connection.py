"""The connection to Redis, and whether that Redis may be trusted with a run."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from migrator.errors import MigratorError, RefusedError, UnreachableError, UsageError

#: Seconds until a Redis that does not answer counts as unreachable.
TIMEOUT = 10.0
#: LPOP with a count came with Redis 6.2.
OLDEST = (6, 2)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Redis]:
    """A client for as long as the block lasts.

    Raises:
        UsageError: The URL is none.
        UnreachableError: Redis does not answer, within the block or before.
    """
    try:
        redis = Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
    except ValueError as error:
        raise UsageError(
            "MIGRATOR_REDIS_URL is no URL of a Redis",
            "write redis://, rediss:// or unix://, then host, port and number",
        ) from error
    try:
        yield redis
    except RedisError as error:
        raise _unreachable(error) from error
    finally:
        await redis.aclose()


async def refuse_unsafe(redis: Redis, *, accept_volatile: bool) -> None:
    """Refuse a Redis that could lose a run.

    Raises:
        UnreachableError: It does not answer.
        RefusedError: It is a replica, evicts keys, is too old, or keeps nothing on disk.
    """
    info: dict[str, Any] = {}
    for section in ("server", "replication", "memory", "persistence"):
        info |= await redis.info(section)
    for problem in (_too_old(info), _replica(info), _evicting(info), _volatile(info, accept_volatile=accept_volatile)):
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


def _volatile(info: Mapping[str, Any], *, accept_volatile: bool) -> MigratorError | None:
    if accept_volatile or info.get("aof_enabled"):
        return None
    return RefusedError(
        "this Redis keeps no append-only file, so a restart of it would lose the run",
        "set its appendonly to yes, or say --accept-volatile",
    )


def _unreachable(error: RedisError) -> MigratorError:
    text = str(error)
    if "READONLY" in text:
        return RefusedError("this Redis is read-only", "set MIGRATOR_REDIS_URL to its primary")
    if "NOAUTH" in text or "WRONGPASS" in text or "Authentication" in text or "NOPERM" in text:
        return UnreachableError(f"Redis refuses the credentials: {text}", "check MIGRATOR_REDIS_URL")
    return UnreachableError(f"Redis cannot be reached: {text}", "is it up, and MIGRATOR_REDIS_URL right?")
