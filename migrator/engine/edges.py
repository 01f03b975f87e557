"""The edges of a run that are left in Redis: those of nodes that have not settled, and of those that were lost."""

from collections.abc import AsyncIterator, Iterable
from typing import cast

from migrator.engine.run import FIELDS, Run
from migrator.model.pieces import pieces

Dependent = tuple[int, bool]
"""A node that waits for another one, and whether it needs it."""


async def dependents(run: Run, nodes: Iterable[int]) -> dict[int, list[Dependent]]:
    """Of each node, those that wait for it, piece by piece; a node for which nobody waits is left out."""
    found: dict[int, list[Dependent]] = {}
    for some in pieces(nodes, FIELDS):
        number, rest = 0, some
        while rest:
            fields = [f"{node}:{number}" for node in rest]
            texts = cast("list[bytes | None]", await run.redis.hmget(run.keys["dependents"], fields))
            for node, text in zip(rest, texts, strict=True):
                if text is not None:
                    found.setdefault(node, []).extend(_spelled(text))
            rest = [node for node, text in zip(rest, texts, strict=True) if text is not None]
            number += 1
    return found


async def waits_for(run: Run, node: int) -> list[tuple[int, bool]]:
    """What a node still waits for, and whether it needs it. Reads all edges that are left, a few at a time."""
    return [(int(field.partition(":")[0]), needed) async for field, other, needed in _all(run) if other == node]


async def _all(run: Run) -> AsyncIterator[tuple[str, int, bool]]:
    async for field, text in run.redis.hscan_iter(run.keys["dependents"], count=FIELDS):
        for dependent, needed in _spelled(text):
            yield field.decode(), dependent, needed


def _spelled(text: bytes) -> list[Dependent]:
    return [(int(word.lstrip(b"~")), not word.startswith(b"~")) for word in text.split()]
