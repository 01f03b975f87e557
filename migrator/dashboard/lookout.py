"""Lookouts: one look a second at each run that somebody watches, however many they are; none while nobody does."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from redis.asyncio import Redis
from redis.exceptions import RedisError

from migrator.dashboard.look import Eye, Look
from migrator.dashboard.parts import parts_of, trouble_of
from migrator.dashboard.problems import problem_of
from migrator.engine.cancellation import raise_if_cancelled
from migrator.engine.run import Run

#: Seconds between two looks.
LOOK = 1.0
#: Seconds of nothing after which a viewer is told that the line is there.
HEARTBEAT = 15.0


@dataclass
class Lookout:
    """Looks at a run for all who watch it.

    Attributes:
        eye: What it looks with.
        viewers: How many watch.
        parts: What the parts of the page look like now.
        over: Whether they change no more, because the run has ended.
        closed: Whether the page itself closes.
        news: What viewers wait for.
    """

    eye: Eye
    viewers: int = 0
    parts: Mapping[str, str] = field(default_factory=dict)
    over: bool = False
    closed: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep_looking(self) -> None:
        """Look until the run has ended."""
        while not self.over:
            raise_if_cancelled()
            seen, self.over = await self._look()
            parts = {**self.parts, **seen}
            if parts != self.parts or self.over:
                self.parts = parts
                self.tell()
            await asyncio.sleep(LOOK)

    async def _look(self) -> tuple[Mapping[str, str], bool]:
        try:
            look: Look = await self.eye.look()
            return parts_of(look), look.has_ended
        except RedisError as error:
            # It may be back at the next look; what is shown meanwhile is what was seen last.
            return trouble_of(problem_of(error)), False
        except Exception as error:  # noqa: BLE001 - whatever it is, who watches would wait for ever
            return trouble_of(problem_of(error)), True

    def tell(self) -> None:
        """Tell all viewers that there is something new."""
        self.news.set()
        self.news = asyncio.Event()

    async def changes(self) -> AsyncGenerator[Mapping[str, str], None]:
        """What has changed since the last time, to the end; nothing at all now and then if nothing has."""
        shown: Mapping[str, str] = {}
        while not self.closed:
            if changed := {name: part for name, part in self.parts.items() if shown.get(name) != part}:
                shown = self.parts
                yield changed
            elif self.over:
                return
            elif not await self._has_news():
                yield {}

    async def _has_news(self) -> bool:
        """Wait for something new; whether it came before the heartbeat."""
        with suppress(TimeoutError):
            async with asyncio.timeout(HEARTBEAT):
                return await self.news.wait()
        return False


class Lookouts:
    """The lookouts of all runs that are watched."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._lookouts: dict[str, tuple[Lookout, asyncio.Task[None]]] = {}

    @asynccontextmanager
    async def at(self, run_id: str) -> AsyncIterator[Lookout]:
        """The lookout at a run, for as long as one viewer watches."""
        if run_id not in self._lookouts:
            lookout = Lookout(Eye(Run(self._redis, run_id)))
            self._lookouts[run_id] = lookout, asyncio.create_task(lookout.keep_looking())
        lookout, looking = self._lookouts[run_id]
        lookout.viewers += 1
        try:
            yield lookout
        finally:
            lookout.viewers -= 1
            if not lookout.viewers:
                looking.cancel()
                del self._lookouts[run_id]

    def close(self) -> None:
        """Let every viewer go."""
        for lookout, _ in self._lookouts.values():
            lookout.closed = True
            lookout.tell()
