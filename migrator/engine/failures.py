"""Failures: the nodes of a run that have failed and are not tried again, in order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import orjson

from migrator.engine.run import Run
from migrator.model.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Failure:
    """A node that has failed.

    Attributes:
        node: The node.
        resource: The number of its resource.
        key: What that is called.
        error: The class of what went wrong.
        message: What went wrong; names and reasons, never a value.
    """

    node: int
    resource: int
    key: str
    error: str
    message: str


async def failures_of(run: Run, nodes: Sequence[int]) -> list[Failure]:
    """Those of some nodes, as far as they have failed and are not tried again."""
    if not nodes:
        return []
    owners = [resource for resource, _ in await run.steps(nodes)]
    lines, outcomes = await run.ledger(owners), await run.outcomes(nodes)
    keys = [line.key if line else "" for line in lines]
    return [
        _failure(node, owner, key, outcome)
        for node, owner, key, outcome in zip(nodes, owners, keys, outcomes, strict=True)
        # Between two reads it may have been tried again, and have ended in another way.
        if outcome is not None and outcome.startswith(Outcome.FAILED)
    ]


async def failures(run: Run, begin: int, number: int) -> list[Failure]:
    """Some failures, oldest first, from a place on."""
    return await _read(run, await run.redis.zrange(run.keys["failures"], begin, begin + number - 1))


async def latest_failures(run: Run, number: int) -> list[Failure]:
    """The last ones, newest first."""
    return await _read(run, await run.redis.zrevrange(run.keys["failures"], 0, number - 1))


async def last_failed(run: Run) -> tuple[int, float] | None:
    """The node that failed last, and when (ms): while that is the same, so are the failures; None if there is none."""
    last = cast("list[tuple[bytes, float]]", await run.redis.zrevrange(run.keys["failures"], 0, 0, withscores=True))
    return (int(last[0][0]), last[0][1]) if last else None


async def _read(run: Run, members: object) -> list[Failure]:
    return await failures_of(run, [int(member) for member in cast("list[bytes]", members)])


def _failure(node: int, resource: int, key: str, outcome: str) -> Failure:
    error = orjson.loads(outcome.removeprefix(f"{Outcome.FAILED} "))
    return Failure(node, resource, key, error["type"], error["message"])
