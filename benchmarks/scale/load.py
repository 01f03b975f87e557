"""A plain client that does nothing but send creates: what the stand-in can answer at the most."""

import asyncio
import time

from benchmarks.scale.stand_in import PLACE

_CREATE = PLACE + b"HTTP/1.1\r\nHost: stand-in\r\nContent-Length: 2\r\n\r\n{}"


async def load(port: int, connections: int, seconds: float) -> None:
    """Keep a create under way on each of so many connections."""
    await asyncio.gather(*(_send(port, time.monotonic() + seconds) for _ in range(connections)))


async def _send(port: int, until: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < until:
        writer.write(_CREATE)
        await reader.readuntil(b"}")
    writer.close()
