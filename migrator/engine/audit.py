"""The audit log of a run: who has sent which request to whom, and what was answered. Never a body, never a value.

It rests in Redis in packs, one for what a worker has written between two settlements.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

#: Deflate (RFC 1951) without the frame that costs six bytes a pack.
_BARE = -zlib.MAX_WBITS
#: What packs hold often, most often last. It is a part of their format: they cannot be read with another.
_OFTEN = (
    b'["source","DELETE","PUT","PATCH",503],[0,1,"destination","POST","/","/",200],'
    b'[1,2,"destination","POST","/","/",201],['
)


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
    squeezer = zlib.compressobj(zlib.Z_BEST_COMPRESSION, wbits=_BARE, zdict=_OFTEN)
    return squeezer.compress(orjson.dumps([first.worker, first.at, rows])) + squeezer.flush()


def unpack(packed: bytes) -> list[Write]:
    """The writes of a pack."""
    worker, first, rows = orjson.loads(zlib.decompressobj(_BARE, _OFTEN).decompress(packed))
    return [
        Write(first + later, node, side, method, path, answer, worker)
        for later, node, side, method, path, answer in rows
    ]
