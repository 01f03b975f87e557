"""One node of a run as Redis sees it right now: where it is, who holds it, how often it was tried."""

from dataclasses import dataclass
from enum import StrEnum

from migrator.engine.run import Run, redis_ms


class Whereabouts(StrEnum):
    """Where a node is."""

    WAITING = "waiting"
    """For others."""
    READY = "ready"
    """For a worker."""
    CLAIMED = "claimed"
    """By a worker."""
    DELAYED = "delayed"
    """Until its next attempt."""
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class NodeStanding:
    """Where a node is.

    Attributes:
        node: The node.
        whereabouts: Where it is.
        outcome: How it ended, as `settle` wrote it; empty before.
        waits_for: Dependencies that have not settled.
        tries: Attempts that were to be repeated.
        crashes: Workers that died holding it.
        holder: The worker that holds it; empty if none does.
        seconds: Until its lease ends unless it is renewed, or until its next attempt; 0 where there is neither.
    """

    node: int
    whereabouts: Whereabouts
    outcome: str
    waits_for: int
    tries: int
    crashes: int
    holder: str
    seconds: float


async def standing_of_node(run: Run, node: int) -> NodeStanding:
    """Where a node is."""
    keys, field = run.keys, str(node)
    async with run.redis.pipeline(transaction=True) as pipe:
        for structure in ("outcome", "degree", "tries", "crashes", "claimed"):
            pipe.hget(keys[structure], field)
        pipe.zscore(keys["delayed"], field)
        outcome, degree, tries, crashes, token, due = await pipe.execute()
    lease = await run.redis.zscore(keys["leases"], token) if token else None
    until = lease or due
    return NodeStanding(
        node=node,
        whereabouts=_whereabouts(outcome, token, due, degree),
        outcome=(outcome or b"").decode(),
        waits_for=int(degree or 0),
        tries=int(tries or 0),
        crashes=int(crashes or 0),
        holder=token.decode().rpartition("/")[0] if token else "",
        seconds=(until - await redis_ms(run.redis)) / 1000 if until else 0.0,
    )


def _whereabouts(outcome: bytes | None, token: bytes | None, due: float | None, degree: bytes | None) -> Whereabouts:
    if outcome is not None:
        return Whereabouts.SETTLED
    if token is not None:
        return Whereabouts.CLAIMED
    if due is not None:
        return Whereabouts.DELAYED
    return Whereabouts.READY if degree is None else Whereabouts.WAITING
