"""Where a run stands: what Redis counts of it, in one look."""

from dataclasses import dataclass

import orjson
from redis.asyncio import Redis

from migrator.engine.groups import Group, by_outcome, grouped
from migrator.engine.keys import RunKeys
from migrator.engine.scripts import RunState
from migrator.errors import UsageError
from migrator.model.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Status:
    """Where a run stands.

    Attributes:
        state: Its state.
        reason: Why it is in that state, where somebody has said so.
        nodes: How many nodes it has.
        settled: How many have an outcome.
        outcomes: How many nodes ended in each way.
        groups: The same by kind; what belongs to no resource is in none.
        ready: How many wait for a worker.
        claimed: How many a worker holds.
        delayed: How many wait for their next attempt.
        walking: How many settled ones still have dependents to count down.
        ended: When it finished or was cancelled, in ms since the epoch; 0 before.
    """

    state: RunState
    reason: str
    nodes: int
    settled: int
    outcomes: dict[str, int]
    groups: dict[str, Group]
    ready: int
    claimed: int
    delayed: int
    walking: int
    ended: int

    @property
    def landed(self) -> bool:
        """Whether every node has ended well."""
        return self.settled == self.nodes and not self.outcomes.keys() & {Outcome.FAILED, Outcome.SKIPPED}

    @property
    def waiting(self) -> int:
        """How many wait for others."""
        return self.nodes - self.settled - self.ready - self.claimed - self.delayed

    @property
    def stuck(self) -> bool:
        """Nodes are left, and nothing could ever move one: an error of ours."""
        moving = self.ready + self.claimed + self.delayed + self.walking
        return self.state is RunState.RUNNING and self.settled < self.nodes and moving == 0


async def status_of(redis: Redis, keys: RunKeys) -> Status:
    """Where a run stands.

    Raises:
        UsageError: There is no such run.
    """
    async with redis.pipeline(transaction=True) as pipe:
        pipe.hmget(keys["run"], "state", "reason", "nodes", "settled", "ended", "sizes")
        pipe.hgetall(keys["tally"])
        pipe.llen(keys["ready"])
        pipe.llen(keys["suspect"])
        pipe.hlen(keys["claimed"])
        pipe.zcard(keys["delayed"])
        pipe.llen(keys["walk"])
        head, tally, ready, suspect, claimed, delayed, walking = await pipe.execute()
    state, reason, nodes, settled, ended, sizes = head
    if state is None:
        raise no_such_run(keys)
    counted = {field.decode(): int(nodes) for field, nodes in tally.items()}
    return Status(
        state=RunState(state.decode()),
        reason=(reason or b"").decode(),
        nodes=int(nodes),
        settled=int(settled),
        outcomes=by_outcome(counted),
        groups=grouped(orjson.loads(sizes or b"{}"), counted),
        ready=ready + suspect,
        claimed=claimed,
        delayed=delayed,
        walking=walking,
        ended=int(ended or 0),
    )


def no_such_run(keys: RunKeys) -> UsageError:
    """What to say of an id that no run has."""
    return UsageError(f"there is no run {keys.run_id}", "see which there are: migrator runs")
