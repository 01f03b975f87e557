"""A publisher: it alone writes a run that is not there yet. Another one that begins takes its place.

What it may do is looked at in the transaction that does it: a publisher that slept while another one took its place, or
the run began, changes nothing any more.
"""

from collections.abc import Awaitable, Callable
from typing import cast

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from migrator.engine.keeping import PUBLISHING, SPARE
from migrator.engine.keys import LEDGERS
from migrator.engine.record import RunRecord
from migrator.engine.run import Run, redis_ms
from migrator.errors import ResumableError

#: Field of `run`: the mark of the one who publishes it.
PUBLISHER = "publisher"


class Publisher:
    """Who publishes a run.

    Args:
        redis: Where to.
        record: What the run is.
    """

    def __init__(self, redis: Redis, record: RunRecord) -> None:
        self.run = Run(redis, record.run)
        self._mark = record.mark

    async def begin(self) -> None:
        """Begin with nothing: what another one has left that died at it goes.

        Raises:
            ResumableError: The run was published meanwhile.
        """
        # First, so that what a publisher that dies has left can be found.
        await self.run.redis.zadd(LEDGERS, {self.run.id: await redis_ms(self.run.redis)})
        await self._unless_there(self._clear, begun=False)

    async def write(self, structure: str, command: str, *arguments: str | int | bytes) -> None:
        """Write a piece. Until the run is there it has a time to live: its publisher may die.

        Raises:
            ResumableError: Another one publishes it, or has.
        """
        key = self.run.keys[structure]

        def change(pipe: Pipeline) -> None:
            pipe.execute_command(command, key, *arguments)
            pipe.expire(key, PUBLISHING)

        await self.commit(change)

    async def commit(self, change: Callable[[Pipeline], None]) -> None:
        """Change the run in one go.

        Raises:
            ResumableError: Another one publishes it, or has.
        """
        await self._unless_there(change, begun=True)

    def _clear(self, pipe: Pipeline) -> None:
        pipe.unlink(*self.run.keys.all())
        pipe.hset(self.run.keys["run"], PUBLISHER, self._mark)
        # A sweep takes for over what expires within the time to spare.
        pipe.expire(self.run.keys["run"], PUBLISHING + SPARE)

    async def _unless_there(self, change: Callable[[Pipeline], None], *, begun: bool) -> None:
        """Change a run that is not there, and that nobody else publishes, if this one has begun."""

        async def fenced(pipe: Pipeline) -> None:
            is_there, is_ours = await self._standing(pipe)
            if begun and is_there and is_ours:
                # The answer to the last word was lost, and it is said again.
                return
            if is_there or (begun and not is_ours):
                raise ResumableError(
                    f"run {self.run.id} was published by somebody else meanwhile, or lost by Redis",
                    "say the same again",
                )
            pipe.multi()  # type: ignore[no-untyped-call]
            change(pipe)

        await self.run.redis.transaction(fenced, self.run.keys["run"])

    async def _standing(self, pipe: Pipeline) -> tuple[bool, bool]:
        """Whether the run is there, and whether this is its publisher."""
        asked = pipe.hmget(self.run.keys["run"], "state", PUBLISHER)
        state, publisher = await cast("Awaitable[list[bytes | None]]", asked)
        return state is not None, publisher == self._mark.encode()
