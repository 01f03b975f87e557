"""A bad line: a TCP proxy on the loopback between everybody and Redis. It loses answers, is slow, is cut."""

import asyncio
import random
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import cast

#: Bytes that are passed on at once.
CHUNK = 65_536

Pass = Callable[[bytes], Awaitable[None]]


class Proxy:
    """The line, fine at first.

    Args:
        target: Where Redis listens: its socket, or a port of this machine.

    Attributes:
        is_down: Whether nobody gets through at all.
        loss: The share of the answers that are lost: Redis has done what was asked, and the connection breaks.
        delay: Seconds that every answer takes longer.
        lost: How many answers were lost.
        port: Where it listens.
    """

    def __init__(self, target: Path | int) -> None:
        self.is_down = False
        self.loss = 0.0
        self.delay = 0.0
        self.lost = 0
        self._target = target
        self._lines: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop
        self.port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"redis://127.0.0.1:{self.port}/0"

    @contextmanager
    def listening(self) -> Iterator[None]:
        """It listens for as long as the block lasts."""
        ready, over = threading.Event(), asyncio.Event()
        thread = threading.Thread(target=lambda: asyncio.run(self._listen(ready, over)))
        thread.start()
        ready.wait()
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(over.set)
            thread.join()

    def cut(self) -> None:
        """Cut every connection."""
        self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for line in self._lines:
            line.cancel()

    async def _listen(self, ready: threading.Event, over: asyncio.Event) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._open, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await over.wait()
        server.close()
        self._cut()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _open(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either end or the line breaks."""
        line = cast("asyncio.Task[None]", asyncio.current_task())
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)
        with suppress(OSError, asyncio.CancelledError):
            async with _closing(writer):
                answers, requests = await self._opened()
                async with _closing(requests):
                    await self._join(reader, writer, answers, requests)

    async def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.is_down:
            raise ConnectionRefusedError
        if isinstance(self._target, int):
            return await asyncio.open_connection("127.0.0.1", self._target)
        return await asyncio.open_unix_connection(str(self._target))

    async def _join(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        answers: asyncio.StreamReader,
        requests: asyncio.StreamWriter,
    ) -> None:
        ways = [asyncio.create_task(_pump(reader, _sender(requests)))]
        ways.append(asyncio.create_task(_pump(answers, self._unreliable(_sender(writer)))))
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    def _unreliable(self, send: Pass) -> Pass:
        async def pass_on(answer: bytes) -> None:
            if self.delay:
                await asyncio.sleep(self.delay)
            if random.random() < self.loss:  # noqa: S311 - no secret
                self.lost += 1
                raise ConnectionResetError
            await send(answer)

        return pass_on


@asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _pump(reader: asyncio.StreamReader, pass_on: Pass) -> None:
    with suppress(OSError):
        while chunk := await reader.read(CHUNK):
            await pass_on(chunk)


def _sender(writer: asyncio.StreamWriter) -> Pass:
    async def send(chunk: bytes) -> None:
        writer.write(chunk)
        await writer.drain()

    return send
