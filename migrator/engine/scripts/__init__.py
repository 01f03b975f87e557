"""One typed wrapper for each script. A script's header lists its keys and arguments in order."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis

from migrator.engine.keys import BUDGET, BudgetKeys, RunKeys


class RunState(StrEnum):
    """Where a run is on its way."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"

    @property
    def is_an_end(self) -> bool:
        """Whether nobody works at the run any more, unless it is retried."""
        return self in {RunState.CANCELLED, RunState.FINISHED}


class Verdict(StrEnum):
    """How one attempt at a node ended; `release` is none at all, and counts as none."""

    DONE = "done"
    FAILED = "failed"
    RETRY = "retry"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one claimed node.

    Attributes:
        node: The node.
        verdict: How the attempt ended.
        detail: For `done` an outcome (`created`), for `failed` the error as JSON, for `retry` and `release` when to
            try again, in ms from now.
        destination_id: The id its resource has at the destination, where that is known now.
    """

    node: int
    verdict: Verdict
    detail: str = ""
    destination_id: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Nodes under a lease, each with its number of earlier attempts; a suspect is alone, and is to stay so."""

    token: str
    state: RunState | None
    waiting: int
    suspect: bool
    attempts: dict[int, int]

    def only(self, node: int) -> "Claim":
        """One node of the claim."""
        return replace(self, attempts={node: self.attempts[node]})


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a settling script did and left.

    Attributes:
        accepted: Results that were taken.
        stale: Results that were refused, because their lease does not hold the node any more.
        ready: Nodes that wait for nothing.
        walking: Settled nodes whose dependents are being counted down.
        state: Where the run is on its way.
        settled: Nodes of the run that have settled.
        edges: Edges that this call has walked.
        reaped: Leases that it has taken from workers that are gone.
        failed: Nodes that have failed by it.
        tallied: By `outcome group`, how many nodes have settled by it, a cascade's and a dead worker's with them.
    """

    accepted: int
    stale: int
    ready: int
    walking: int
    state: RunState | None
    settled: int
    edges: int
    reaped: int
    failed: tuple[int, ...]
    tallied: dict[str, int]


class Standing(StrEnum):
    """How a destination stands.

    It answers; or it is silent, and this process is to leave it alone, or to find out with one request whether it is
    back; or it has been in trouble for longer than one is patient, which is said once.
    """

    ANSWERS = "answers"
    SILENT = "silent"
    PROBE = "probe"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Share:
    """What one process may use of a destination's budget.

    Attributes:
        window: Requests in flight.
        due: How many of them once other processes have made room.
        epoch: How often the budget had been cut by then.
        wait_ms: How long the destination wants to be left alone.
        tokens: Requests until the next exchange; -1 where no rate is set.
        standing: How the destination stands.
        best: Of the classes of requests that were told of, the seconds of the best answer that any process has had.
    """

    window: int
    due: int
    epoch: int
    wait_ms: int
    tokens: int
    standing: Standing
    best: Mapping[str, float]


@cache
def source(name: str) -> str:
    """The text of a script, with what it includes."""
    return re.sub(r"^-- include (\S+)$", lambda included: _text(included[1]), _text(f"{name}.lua"), flags=re.MULTILINE)


async def claim(redis: Redis, keys: RunKeys, *, token: str, limit: int, lease_ms: int, alone: bool = True) -> Claim:
    """Claim up to `limit` ready nodes under the lease `token`, or one suspect if the worker is alone with it."""
    names = ("run", "ready", "suspect", "claimed", "lease", "leases", "tries", "crashes")
    arguments = (token, limit, lease_ms, int(alone))
    state, waiting, suspect, *pairs = await _evaluate(redis, "claim", keys, names, arguments)
    attempts = {int(node): int(tries) for node, tries in zip(pairs[::2], pairs[1::2], strict=True)}
    return Claim(token, _state(state), int(waiting), bool(suspect), attempts)


async def settle(
    redis: Redis, keys: RunKeys, *, token: str, results: Sequence[Result], budget: int, crash_limit: int, respite: int
) -> Settlement:
    """Settle the results of one lease, and help along: walk edges, reap a lease, promote due retries."""
    names = (
        *("run", "degree", "dependents", "blocked", "ready", "walk", "outcome", "tally", "id", "body", "steps"),
        *("parts", "claimed", "lease", "leases", "delayed", "suspect", "tries", "crashes", "pace", "failures"),
    )
    flat = (part for r in results for part in (r.node, r.verdict.value, r.detail, r.destination_id))
    reply = await _evaluate(redis, "settle", keys, names, (token, budget, crash_limit, respite, *flat))
    accepted, stale, ready, walking, state, settled, edges, reaped, failed, growth = reply
    tallied = {field.decode(): nodes for field, nodes in zip(growth[::2], growth[1::2], strict=True)}
    told = (reaped, tuple(map(int, failed)), tallied)
    return Settlement(accepted, stale, ready, walking, _state(state), settled, edges, *told)


async def renew(redis: Redis, keys: RunKeys, *, tokens: Sequence[str], lease_ms: int) -> set[str]:
    """Renew leases, and say which of them are lost."""
    lost = await _evaluate(redis, "renew", keys, ("leases",), (lease_ms, *tokens))
    return {token.decode() for token in lost}


async def ring(
    redis: Redis, keys: RunKeys, *, bells: Sequence[str], capacity: int, batch: int, bell_ms: int
) -> list[str]:
    """Count bells in, as many of `bells` as there is work and capacity for, and return those."""
    names = ("run", "bells", "ready", "suspect", "walk", "delayed", "leases")
    rung = await _evaluate(redis, "ring", keys, names, (capacity, batch, bell_ms, *bells))
    return [bell.decode() for bell in rung]


async def turn(
    redis: Redis, keys: RunKeys, *, to: RunState, reason: str = "", from_states: Sequence[RunState]
) -> RunState | None:
    """Turn a run from one of some states to another, and return the state it is in now."""
    return _state(await _evaluate(redis, "turn", keys, ("run",), (to, reason, *from_states)))


async def reopen(
    redis: Redis, keys: RunKeys, *, token: str, number: int, last: bool, nodes: Sequence[tuple[int, int, str]]
) -> bool:
    """Unsettle nodes of a finished run, each with its in-degree and its group; False if it is not this retry's turn."""
    names = ("run", "degree", "blocked", "ready", "walk", "outcome", "tally", "tries", "crashes", "failures")
    flat = (part for node in nodes for part in node)
    return bool(await _evaluate(redis, "reopen", keys, names, (token, number, int(last), *flat)))


async def share(
    redis: Redis,
    keys: BudgetKeys,
    *,
    process: str,
    alive_ms: int,
    limit: int,
    rate: float,
    bound: int,
    patience_ms: int,
    answered: int,
    pushed: int,
    pause_ms: int,
    heard: int,
    slowness: float,
    in_flight: int,
    unspent: int,
    wanted: int,
    best: Mapping[str, float],
) -> Share:
    """Tell a destination's budget how it went, and learn what one's process may use of it."""
    bounds = (limit, rate, bound, patience_ms)
    told = (answered, pushed, pause_ms, heard, slowness, in_flight, unspent, wanted)
    flat = (part for pair in best.items() for part in pair)
    reply = await _evaluate(redis, "share", keys, BUDGET, (process, alive_ms, *bounds, *told, *flat))
    window, due, epoch, wait_ms, tokens, standing, *bests = reply
    of_all = dict(zip(best, map(float, bests), strict=True))
    return Share(window, due, epoch, wait_ms, tokens, Standing(standing.decode()), of_all)


async def _evaluate(
    redis: Redis, script: str, keys: RunKeys | BudgetKeys, names: Sequence[str], arguments: Sequence[str | float]
) -> Any:
    run = _registered(script)
    return await run(keys=[keys[name] for name in names], args=list(arguments), client=redis)


@cache
def _registered(script: str) -> Any:
    return Redis().register_script(source(script))


def _text(file: str) -> str:
    return files(__package__).joinpath(file).read_text()


def _state(raw: bytes | None) -> RunState | None:
    return RunState(raw.decode()) if raw else None
