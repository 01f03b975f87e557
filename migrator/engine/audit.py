"""The audit log of a run: who has sent which request to whom, and what was answered. Never a body, never a value.

It rests in Redis in packs, one for what a worker has written between two settlements.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Write:
    """A request that was to change something.

    Attributes:
        at: When its answer came, or did not, in ms since the epoch by the worker's clock.
        node: What it was sent for.
        side: `source` or `destination`.
        method: Its HTTP method.
        path: Its path below the API's URL, without a query.
        answer: The HTTP status, or the class of the error where there was no answer.
        worker: The process that sent it.
    """

    at: int
    node: int
    side: str
    method: str
    path: str
    answer: int | str
    worker: str


def pack(writes: Sequence[Write]) -> bytes:
    """Some writes of one worker, compressed."""
    first = writes[0]
    rows = [[w.at - first.at, w.node, w.side, w.method, w.path, w.answer] for w in writes]
    return zlib.compress(orjson.dumps([first.worker, first.at, rows]), zlib.Z_BEST_COMPRESSION)


def unpack(packed: bytes) -> list[Write]:
    """The writes of a pack."""
    worker, first, rows = orjson.loads(zlib.decompress(packed))
    return [
        Write(first + later, node, side, method, path, answer, worker)
        for later, node, side, method, path, answer in rows
    ]
