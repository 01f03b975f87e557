"""A stand-in for a Prefect server: it answers each create after 50 ms, whatever it says, and everything else at once.

It understands as much of HTTP as a client needs that sends one request at a time over a connection, and does as little
as it can, so that it is not what is measured. `python -m benchmarks.scale.stand_in [BEGIN END]` prints its port, and
once its standard input has ended what it has seen; between two moments, in seconds since the first create, it refuses.
"""

import asyncio
import json
import os
import re
import signal
import sys
import time
import uuid
from dataclasses import asdict
from functools import partial

from benchmarks.scale.seen import Seen

#: Seconds that a create takes.
DELAY = 0.05
#: Seconds after which who is refused is to come again.
RETRY_AFTER = 1
#: The id of its database, as far as a migrator looks.
IDENTITY = "5e1f5e1f-0000-4000-8000-000000000000"
#: What is created: what is sent here with POST.
PLACE = b"POST /api/variables/ "

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ANSWERS = {
    b"GET /api/admin/version ": b'"3.8.8"',
    b"GET /api/block_types/slug/secret ": b'{"id":"%b"}' % IDENTITY.encode(),
}
_REFUSAL = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: %d\r\nContent-Length: 2\r\n\r\n{}" % RETRY_AFTER


class _Ledger:
    """What all connections have in common."""

    def __init__(self, begin: float = 0.0, end: float = 0.0) -> None:
        self.seen = Seen()
        self._storm = (begin, end)
        self._began = 0.0
        self._under_way = 0

    def arrive(self) -> bool:
        """A create arrives; returns whether it is refused."""
        self._began = self._began or time.monotonic()
        moment = self._now()
        if self._storm[0] <= moment < self._storm[1]:
            self.seen.refused.append(moment)
            return True
        self._under_way += 1
        self.seen.crowd = max(self.seen.crowd, self._under_way)
        return False

    def answer(self) -> bytes:
        """A create is answered; returns the id of what was created."""
        self._under_way -= 1
        self.seen.created.append(self._now())
        return str(uuid.UUID(int=len(self.seen.created))).encode()

    def _now(self) -> float:
        return time.monotonic() - self._began


class _Connection(asyncio.Protocol):
    """One client, which waits for its answer before it asks again."""

    def __init__(self, ledger: _Ledger) -> None:
        self._ledger = ledger
        self._received = b""
        self._transport: asyncio.Transport
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember whom to answer."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer a request once all of it is there."""
        self._received += data
        head, end, body = self._received.partition(_HEAD_END)
        length = _LENGTH.search(head)
        if not end or len(body) < (int(length[1]) if length else 0):
            return
        self._received = b""
        self._meet(head)

    def _meet(self, head: bytes) -> None:
        if not head.startswith(PLACE):
            self._say(b"200 OK", next((said for asked, said in _ANSWERS.items() if head.startswith(asked)), b"[]"))
        elif self._ledger.arrive():
            self._transport.write(_REFUSAL)
        else:
            self._loop.call_later(DELAY, self._create)

    def _create(self) -> None:
        self._say(b"201 Created", b'{"id":"%b"}' % self._ledger.answer())

    def _say(self, status: bytes, body: bytes) -> None:
        self._transport.write(b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body))


async def _serve(ledger: _Ledger) -> None:
    server = await asyncio.get_running_loop().create_server(partial(_Connection, ledger), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - whoever started it reads it
    await asyncio.to_thread(sys.stdin.read)
    server.close()


def main() -> None:
    """Serve until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ledger = _Ledger(*map(float, sys.argv[1:]))
    asyncio.run(_serve(ledger))
    ledger.seen.cpu = sum(os.times()[:2])
    json.dump(asdict(ledger.seen), sys.stdout)


if __name__ == "__main__":
    main()
