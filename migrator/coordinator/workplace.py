"""The workplace: the Redis of this command, checked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from migrator.embedded.valkey import valkey
from migrator.engine.address import shared_redis
from migrator.engine.connection import connected, refuse_unsafe
from migrator.settings import Settings


@dataclass(frozen=True)
class Workplace:
    """Where runs live.

    Attributes:
        url: The Redis.
        redis: A client of it.
        state_dir: Where the Redis lives if it is the embedded one.
    """

    url: str
    redis: Redis
    state_dir: Path | None

    def revive(self) -> None:
        """Start the embedded Valkey again, if it is that one and it has died.

        Raises:
            UnreachableError: It does not start.
        """
        if self.state_dir is not None:
            with valkey(self.state_dir):
                pass


@asynccontextmanager
async def workplace(settings: Settings) -> AsyncIterator[Workplace]:
    """The shared Redis if there is one, else the embedded Valkey for as long as the block lasts.

    Raises:
        UnreachableError: It does not answer, or refuses the credentials.
        RefusedError: It could lose a run.
    """
    async with looking_place(settings) as place:
        await refuse_unsafe(place.redis, accept_volatile=settings.accept_volatile)
        yield place


@asynccontextmanager
async def looking_place(settings: Settings) -> AsyncIterator[Workplace]:
    """The same Redis for who only looks: it need not be fit for a run.

    Raises:
        UnreachableError: It does not answer, or refuses the credentials.
    """
    shared = shared_redis(settings)
    with nullcontext(shared) if shared else valkey(settings.state_dir) as url:
        async with connected(url) as redis:
            yield Workplace(url, redis, None if shared else settings.state_dir)


@asynccontextmanager
async def existing_workplace(settings: Settings) -> AsyncIterator[Workplace | None]:
    """The workplace, or None where there has never been a run: a plan alone makes nothing."""
    if settings.redis_url is None and not (settings.state_dir / "valkey").exists():
        yield None
        return
    async with workplace(settings) as place:
        yield place
