"""The edges of a run: how they are spelled in Redis, and those that are left there.

Left are those of nodes that have not settled, and of those that were lost.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import cast

from migrator.engine.run import FIELDS, Run
from migrator.model.pieces import pieces

#: Dependents in one piece of the dependents of a node; a settling call walks whole pieces.
PIECE = 100

Dependent = tuple[int, bool]
"""A node that waits for another one, and whether it needs it."""


def spell(node: int, waiting: Sequence[Dependent]) -> Iterator[tuple[str, str]]:
    """The dependents of a node as fields of the hash: `4 7 ~9`, or in pieces that say whether there is another one."""
    words = [f"{dependent}" if needed else f"~{dependent}" for dependent, needed in waiting]
    for number, piece in enumerate(pieces(words, PIECE)):
        goes_on = len(words) > (number + 1) * PIECE
        yield _field(node, number), " ".join([*piece, f"+{number + 1}"] if goes_on else piece)


async def dependents(run: Run, nodes: Iterable[int]) -> dict[int, list[Dependent]]:
    """Of each node, those that wait for it, piece by piece; a node for which nobody waits is left out."""
    found: dict[int, list[Dependent]] = {}
    for some in pieces(nodes, FIELDS):
        number, rest = 0, some
        while rest:
            fields = [_field(node, number) for node in rest]
            texts = cast("list[bytes | None]", await run.redis.hmget(run.keys["dependents"], fields))
            for node, text in zip(rest, texts, strict=True):
                if text is not None:
                    found.setdefault(node, []).extend(_read(text))
            rest = [node for node, text in zip(rest, texts, strict=True) if text is not None and b"+" in text]
            number += 1
    return found


async def waits_for(run: Run, node: int) -> list[tuple[int, bool]]:
    """What a node still waits for, and whether it needs it. Reads all edges that are left, a few at a time."""
    return [(int(field.partition(":")[0]), needed) async for field, other, needed in _all(run) if other == node]


async def _all(run: Run) -> AsyncIterator[tuple[str, int, bool]]:
    async for field, text in run.redis.hscan_iter(run.keys["dependents"], count=FIELDS):
        for dependent, needed in _read(text):
            yield field.decode(), dependent, needed


def _field(node: int, number: int) -> str:
    return f"{node}:{number}" if number else f"{node}"


def _read(text: bytes) -> list[Dependent]:
    words = [word for word in text.split() if not word.startswith(b"+")]
    return [(int(word.lstrip(b"~")), not word.startswith(b"~")) for word in words]
