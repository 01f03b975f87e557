"""The connection to Redis, and whether that Redis may be trusted with a run."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
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

from migrator.engine.address import arguments_of
from migrator.engine.packing import packing_in_c
from migrator.engine.safety import Info, judge
from migrator.errors import MigratorError, RefusedError, ResumableError, UnreachableError, UsageError

#: Seconds until a Redis that does not answer counts as unreachable.
TIMEOUT = 10.0
#: Attempts at a command whose connection failed: some five seconds.
RETRIES = 8
#: What a Redis is in that restarts or fails over: it comes back.
AWAY = (exceptions.ConnectionError, exceptions.TimeoutError, ReadOnlyError)


def client_of(url: str) -> Redis:
    """A client that waits out a restart of Redis, or a failover; every command of ours may be repeated."""
    redis = Redis.from_url(
        **arguments_of(url),
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        retry=Retry(ExponentialBackoff(cap=1, base=0.05), RETRIES),
        retry_on_error=[ReadOnlyError],
    )
    redis.connection_pool.connection_class = packing_in_c(redis.connection_pool.connection_class)
    return redis


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Redis]:
    """A client for as long as the block lasts.

    Raises:
        UsageError: The URL is none, or a file that it names cannot be read.
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
        explained = explanation_of(error)
        if explained is None:
            raise
        raise explained from error
    finally:
        await redis.aclose()


async def _first_contact(url: str) -> None:
    """Say at once that nobody is there, instead of waiting for a restart."""
    arguments = arguments_of(url)
    async with Redis.from_url(**arguments, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT) as redis:
        await redis.ping()


async def info_of(redis: Redis) -> Info:
    """What a Redis says of itself.

    Raises:
        UnreachableError: It does not answer.
    """
    info: dict[str, Any] = {}
    for section in ("server", "replication", "memory", "persistence", "cluster"):
        info |= await redis.info(section)
    return info | await _spread(redis) if info.get("cluster_enabled") else info


async def _spread(redis: Redis) -> dict[str, Any]:
    """Over how many nodes a cluster spreads its keys; nothing where that may not be asked."""
    with suppress(NoPermissionError):
        spread: dict[str, Any] = await redis.execute_command("CLUSTER INFO")  # type: ignore[no-untyped-call]
        return spread
    return {}


async def refuse_unsafe(redis: Redis, *, accept_volatile: bool) -> None:
    """Refuse a Redis that could lose a run.

    Raises:
        UnreachableError: It does not answer.
        RefusedError: It breaks one of the rules, and nobody accepts that.
    """
    for judgement in judge(await info_of(redis), accept_volatile=accept_volatile):
        if judgement.danger is not None and not judgement.accepted:
            raise judgement.danger


def explanation_of(error: RedisError) -> MigratorError | None:
    """What to tell a user; None where it is a mistake of ours. By class: redis-py cuts the code off the message."""
    if isinstance(error, ReadOnlyError) or "READONLY" in str(error):
        return RefusedError("this Redis is read-only", "set MIGRATOR_REDIS_URL to its primary")
    if any(isinstance(cause, AuthenticationError | NoPermissionError) for cause in (error, error.__cause__)):
        return UnreachableError(
            f"Redis refuses the credentials: {error}", "check MIGRATOR_REDIS_URL, and MIGRATOR_REDIS_PASSWORD_FILE"
        )
    if isinstance(error.__context__, ssl.SSLCertVerificationError):
        said = error.__context__.verify_message
        return UnreachableError(
            f"Redis shows a certificate that is not trusted: {said}",
            "let MIGRATOR_REDIS_CA_FILE hold the certificate of who signed it, and name the host that it is for",
        )
    if isinstance(error, OutOfMemoryError):
        return ResumableError("this Redis has no memory left", "raise its maxmemory; what is there is not lost")
    if isinstance(error, ResponseError):
        return None
    return UnreachableError(f"Redis cannot be reached: {error}", "is it up, and MIGRATOR_REDIS_URL right?")
