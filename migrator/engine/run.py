"""A run, as workers and coordinator see it: claim, settle, read what a node needs."""

import secrets
from collections.abc import Sequence
from typing import cast

import orjson
from redis.asyncio import Redis

from migrator.engine import scripts
from migrator.engine.audit import Write, pack, unpack
from migrator.engine.groups import Stretches
from migrator.engine.keys import LEDGERS, RUNS, RunKeys
from migrator.engine.record import SCHEMA, LedgerLine, RunRecord
from migrator.engine.scripts import Claim, Result, Settlement
from migrator.engine.status import Status, no_such_run, status_of
from migrator.errors import RefusedError, UsageError
from migrator.model.pieces import pieces

#: Edges that one settling call walks, give or take a piece; in a cascade of skips each costs some 10 µs.
EDGE_BUDGET = 200
#: Workers that a node may take with it before it fails.
CRASH_LIMIT = 3
#: Seconds after a start of Redis in which nobody is taken for dead: time enough for all who live to renew.
RESPITE = 15
#: Fields of a hash that one command reads or writes.
FIELDS = 1000


class Run:
    """One run on Redis."""

    def __init__(self, redis: Redis, run_id: str) -> None:
        self.redis = redis
        self.id = run_id
        self.keys = RunKeys(run_id)

    async def record(self) -> RunRecord:
        """What the run is.

        Raises:
            UsageError: There is no such run.
            RefusedError: It is of another version of Migrator.
        """
        text = await self.redis.hget(self.keys["run"], "record")
        if text is None:
            raise no_such_run(self.keys)
        schema = _schema_of(text)
        if schema != SCHEMA:
            raise RefusedError(
                f"run {self.id} was published by another version of Migrator (schema {schema}, ours is {SCHEMA})",
                "use the version that published it",
            )
        return RunRecord.model_validate_json(text)

    async def is_of_another_version(self) -> bool:
        """Whether our scripts must not touch it, for it keeps in Redis what we would misread."""
        text = await self.redis.hget(self.keys["run"], "record")
        return text is not None and _schema_of(text) != SCHEMA

    async def claim(self, token: str, limit: int, lease_seconds: float, *, alone: bool = True) -> Claim:
        """Claim up to `limit` ready nodes; a suspect only for a worker that holds nothing else.

        Args:
            token: Of the lease; a claim whose answer was lost is repeated with it.
            limit: Nodes at the most.
            lease_seconds: How long the lease lasts unless it is renewed.
            alone: Whether the worker holds nothing else.
        """
        return await scripts.claim(
            self.redis, self.keys, token=token, limit=limit, lease_ms=int(lease_seconds * 1000), alone=alone
        )

    async def settle(self, token: str, results: Sequence[Result]) -> Settlement:
        """Settle results of one lease, and help along."""
        return await scripts.settle(
            self.redis,
            self.keys,
            token=token,
            results=results,
            budget=EDGE_BUDGET,
            crash_limit=CRASH_LIMIT,
            respite=RESPITE,
        )

    async def help_along(self) -> Settlement:
        """Walk edges, reap a lease and promote due retries, without results of one's own."""
        return await self.settle("", ())

    async def renew(self, tokens: Sequence[str], lease_seconds: float) -> set[str]:
        """Renew leases; returns those that are lost."""
        return await scripts.renew(self.redis, self.keys, tokens=tokens, lease_ms=int(lease_seconds * 1000))

    async def tell(self, writes: Sequence[Write] = (), *, source: int = 0, destination: int = 0) -> None:
        """Tell what one worker has written, for the audit log, and how many requests it has sent to either side."""
        # All or nothing: who hears that it failed tells the same writes again.
        async with self.redis.pipeline(transaction=True) as pipe:
            if writes:
                pipe.rpush(self.keys["audit"], pack(writes))
            for field, requests in (("source_requests", source), ("requests", destination)):
                if requests:
                    pipe.hincrby(self.keys["run"], field, requests)
            await pipe.execute()

    async def requests(self) -> tuple[int, int]:
        """How many requests workers have sent to source and destination."""
        source, destination = await self.redis.hmget(self.keys["run"], "source_requests", "requests")
        return int(source or 0), int(destination or 0)

    async def keep_image(self, resource: int, sealed: bytes) -> None:
        """Put away what an update replaces; the first image is the one that counts."""
        await self.redis.hsetnx(self.keys["before"], str(resource), sealed)

    async def images(self, resources: Sequence[int]) -> list[bytes | None]:
        """Sealed images of what updates have replaced."""
        return await self._fields("before", resources)

    async def status(self) -> Status:
        """Where the run stands.

        Raises:
            UsageError: There is no such run.
        """
        return await status_of(self.redis, self.keys)

    async def stretches(self) -> Stretches:
        """Where the groups of its resources begin."""
        text = cast("bytes | None", await self.redis.hget(self.keys["run"], "groups"))
        return Stretches((text or b"").decode())

    async def ledger(self, resources: Sequence[int]) -> list[LedgerLine | None]:
        """What the ledger says of some resources."""
        lines = await self._fields("resource", resources)
        return [LedgerLine.model_validate_json(line) if line else None for line in lines]

    async def outcomes(self, nodes: Sequence[int]) -> list[str | None]:
        """How nodes ended; None for those that have not."""
        return [raw.decode() if raw else None for raw in await self._fields("outcome", nodes)]

    async def destination_ids(self, resources: Sequence[int]) -> dict[int, str]:
        """The ids that resources have at the destination, as far as they have one."""
        ids = await self._fields("id", resources)
        return {resource: raw.decode() for resource, raw in zip(resources, ids, strict=True) if raw is not None}

    async def attempts(self, nodes: Sequence[int]) -> list[int]:
        """How often nodes were tried without settling."""
        tries, crashes = await self._fields("tries", nodes), await self._fields("crashes", nodes)
        return [int(t or 0) + int(c or 0) for t, c in zip(tries, crashes, strict=True)]

    async def claimed(self, nodes: Sequence[int]) -> list[bool]:
        """Whether each node was claimed and neither settled nor given back."""
        return [holder is not None for holder in await self._fields("claimed", nodes)]

    async def has_nodes_left(self, resources: Sequence[int]) -> list[bool]:
        """Of resources with several nodes: whether some of them have not landed."""
        return [left is not None for left in await self._fields("parts", resources)]

    async def held_leases(self) -> int:
        """How many leases somebody holds right now."""
        return int(await self.redis.zcount(self.keys["leases"], await redis_ms(self.redis), "+inf"))

    async def steps(self, nodes: Sequence[int]) -> list[tuple[int, str]]:
        """The resource that each node belongs to, and what it does for it."""
        raw = await self._fields("steps", nodes)
        return [_step(node, text) for node, text in zip(nodes, raw, strict=True)]

    async def next_resources(self, limit: int) -> list[int]:
        """The resources of up to `limit` ready nodes, in the order in which they are claimed."""
        nodes = await self.redis.lrange(self.keys["ready"], 0, limit - 1)
        return [resource for resource, _ in await self.steps([int(node) for node in nodes])]

    async def bodies(self, resources: Sequence[int]) -> list[bytes | None]:
        """Sealed bodies."""
        return await self._fields("body", resources)

    async def audit(self) -> list[Write]:
        """The audit log, in order of time."""
        packs: list[bytes] = []
        while piece := await self.redis.lrange(self.keys["audit"], len(packs), len(packs) + FIELDS - 1):
            packs += cast("list[bytes]", piece)
        # A push whose answer was lost has been repeated by the client.
        once = dict.fromkeys(packs)
        return sorted((write for packed in once for write in unpack(packed)), key=lambda write: write.at)

    async def _fields(self, structure: str, fields: Sequence[int]) -> list[bytes | None]:
        values: list[bytes | None] = []
        for piece in pieces(map(str, fields), FIELDS):
            values += cast("list[bytes | None]", await self.redis.hmget(self.keys[structure], piece))
        return values


def failure(error: str, message: str) -> str:
    """A failure as its outcome spells it."""
    return orjson.dumps({"type": error, "message": message}).decode()


async def redis_ms(redis: Redis) -> int:
    """The time by Redis's clock, in ms since the epoch: the one clock that all have in common."""
    seconds, microseconds = await redis.time()
    return int(seconds) * 1000 + int(microseconds) // 1000


def new_token(worker: str) -> str:
    """A token for a lease: it says who holds it, and nobody has had it before."""
    return f"{worker}/{secrets.token_hex(8)}"


async def server_of(redis: Redis) -> str:
    """Which server process this Redis is; after a restart it is another one, and may have forgotten its last second."""
    return str((await redis.info("server"))["run_id"])


def _schema_of(record: bytes | str) -> object:
    return orjson.loads(record).get("schema_version")


async def runs_under_way(redis: Redis) -> list[str]:
    """The ids of the runs that workers look after."""
    members = cast("list[bytes]", await redis.zrange(RUNS, 0, -1))
    return [member.decode() for member in members]


async def ledgers(redis: Redis) -> list[str]:
    """The ids of the runs whose ledgers are there, oldest first."""
    members = cast("list[bytes]", await redis.zrange(LEDGERS, 0, -1))
    return [member.decode() for member in members]


async def run_named(redis: Redis, name: str) -> str:
    """The id that a user means by a name: `last` is the run that was published last.

    Raises:
        UsageError: There is none.
    """
    if name != "last":
        return name
    runs = await ledgers(redis)
    if not runs:
        raise UsageError("there is no run yet", "start one: migrator run --from PROFILE --to PROFILE")
    return runs[-1]


def _step(node: int, text: bytes | None) -> tuple[int, str]:
    if text is None:
        return node, "create"
    resource, _, step = text.decode().partition(" ")
    return int(resource), step
