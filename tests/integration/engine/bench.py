"""A bench: one run on a real Valkey, driven call by call as several workers would, and looked into."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from redis.asyncio import Redis

from migrator.engine import scripts
from migrator.engine.keys import STRUCTURES, RunKeys
from migrator.engine.publishing import publish
from migrator.engine.run import CRASH_LIMIT, EDGE_BUDGET, Run
from migrator.engine.scripts import Claim, Result, RunState, Settlement, Verdict
from migrator.engine.status import Status
from migrator.model.plan import Plan
from tests.integration.engine.graphs import bodies_of, record_of

#: ms of a lease that does not end within a test, and of one that has as good as ended when it is given.
LONG, SHORT = 60_000, 1
#: Seconds until a condition that does not come true fails its test.
PATIENCE = 10.0

T = TypeVar("T")


def done(node: int, destination_id: str = "", outcome: str = "created") -> Result:
    """The node was written."""
    return Result(node, Verdict.DONE, outcome, destination_id)


def failed(node: int, error: str = '{"type":"Conflict","message":""}') -> Result:
    """The node was refused for good."""
    return Result(node, Verdict.FAILED, error)


def retry(node: int, delay_ms: int = 0) -> Result:
    """The node is to be tried again."""
    return Result(node, Verdict.RETRY, str(delay_ms))


def release(node: int, delay_ms: int = 0) -> Result:
    """The node was not started."""
    return Result(node, Verdict.RELEASE, str(delay_ms))


class Bench:
    """A run, and all that workers do with it. Every call is one round trip to Redis."""

    def __init__(self, runner: asyncio.Runner, redis: Redis, run_id: str) -> None:
        self.runner = runner
        self.redis = redis
        self.run = Run(redis, run_id)
        self.keys = RunKeys(run_id)

    def do(self, work: Awaitable[T]) -> T:
        """Wait for something to be done."""

        async def wait() -> T:
            return await work

        return self.runner.run(wait())

    def publish(self, plan: Plan) -> None:
        """Publish a plan as this run."""
        self.do(publish(self.redis, record_of(self.run.id, plan), plan, bodies_of(plan)))

    def claim(self, limit: int = 100, *, lease: str = "lease", lease_ms: int = LONG, alone: bool = True) -> Claim:
        """Claim as the holder of a lease."""
        return self.do(scripts.claim(self.redis, self.keys, token=lease, limit=limit, lease_ms=lease_ms, alone=alone))

    def settle(
        self, lease: str, *results: Result, budget: int = EDGE_BUDGET, crash_limit: int = CRASH_LIMIT
    ) -> Settlement:
        """Settle results as the holder of a lease."""
        return self.do(
            scripts.settle(
                self.redis,
                self.keys,
                token=lease,
                results=results,
                budget=budget,
                crash_limit=crash_limit,
                respite=0,
            )
        )

    def help_along(self, *, budget: int = EDGE_BUDGET, crash_limit: int = CRASH_LIMIT) -> Settlement:
        """Settle nothing of one's own."""
        return self.settle("", budget=budget, crash_limit=crash_limit)

    def claim_and_settle(self, *results: Result, lease: str = "lease") -> Settlement:
        """Claim all that is ready, which must be the nodes of the results, and settle them."""
        assert set(self.claim(lease=lease).attempts) == {result.node for result in results}
        return self.settle(lease, *results)

    def lose(self, *leases: str, crash_limit: int = CRASH_LIMIT) -> None:
        """Let workers die: their leases end, and are reaped."""
        assert self.do(scripts.renew(self.redis, self.keys, tokens=leases, lease_ms=0)) == set()
        for _ in leases:
            self.help_along(crash_limit=crash_limit)
        assert not set(leases) & set(self.zset_of("leases"))

    def renew(self, *leases: str, lease_ms: int = LONG) -> set[str]:
        """Renew leases; those that are lost."""
        return self.do(scripts.renew(self.redis, self.keys, tokens=leases, lease_ms=lease_ms))

    def ring(self, *bells: str, capacity: int = 100, batch: int = 10, bell_ms: int = LONG) -> list[str]:
        """Ring; the bells that rang."""
        return self.do(
            scripts.ring(self.redis, self.keys, bells=bells, capacity=capacity, batch=batch, bell_ms=bell_ms)
        )

    def turn(self, state: RunState) -> None:
        """Put the run into a state, from whatever state it is in."""
        assert self.do(scripts.turn(self.redis, self.keys, to=state, from_states=list(RunState))) is state

    def status(self) -> Status:
        """Where the run stands."""
        return self.do(self.run.status())

    def outcomes(self) -> dict[int, str]:
        """How nodes ended, by node."""
        return {int(node): outcome for node, outcome in sorted(self.hash_of("outcome").items())}

    def hash_of(self, structure: str) -> dict[str, str]:
        """A hash of the run."""
        raw = self.do(cast("Awaitable[dict[bytes, bytes]]", self.redis.hgetall(self.keys[structure])))
        return {field.decode(): value.decode() for field, value in raw.items()}

    def list_of(self, structure: str) -> list[str]:
        """A list of the run."""
        raw = self.do(cast("Awaitable[list[bytes]]", self.redis.lrange(self.keys[structure], 0, -1)))
        return [item.decode() for item in raw]

    def zset_of(self, structure: str) -> dict[str, float]:
        """A sorted set of the run."""
        reply = self.redis.zrange(self.keys[structure], 0, -1, withscores=True)
        raw = cast("list[tuple[bytes, float]]", self.do(reply))
        return {member.decode(): score for member, score in raw}

    def everything(self) -> dict[str, object]:
        """What each structure of the run holds. A hash has no order, which a dump of it would have on some servers."""
        readers = {b"hash": self.hash_of, b"list": self.list_of, b"zset": self.zset_of}
        kinds = {structure: self.do(self.redis.type(self.keys[structure])) for structure in STRUCTURES}
        return {structure: readers[kind](structure) for structure, kind in kinds.items() if kind in readers}

    def now(self) -> int:
        """The time of Redis, in ms."""
        seconds, microseconds = self.do(self.redis.time())
        return int(seconds) * 1000 + int(microseconds) // 1000

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition to come true."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, "it does not come true"
            time.sleep(0.001)


@contextmanager
def bench_on(url: str, run_id: str) -> Iterator[Bench]:
    """A bench with a client of its own."""
    with asyncio.Runner() as runner:
        redis = Redis.from_url(url)
        yield Bench(runner, redis, run_id)
        runner.run(redis.aclose())
