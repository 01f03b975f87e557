"""Steering: a run is paused, resumed, cancelled, reopened. Whoever works at it learns of it with the next call."""

import secrets
from collections.abc import Iterable
from typing import cast

from migrator.engine import scripts
from migrator.engine.keeping import look_after
from migrator.engine.run import FIELDS, Run
from migrator.engine.scripts import RunState
from migrator.errors import RefusedError
from migrator.model.pieces import pieces

#: Field of `run`: the run that has taken its place.
SUPERSEDED = "superseded"


async def pause(run: Run, reason: str = "") -> RunState | None:
    """Let nobody claim for now; what is in flight ends. Returns the state that the run is in."""
    return await scripts.turn(run.redis, run.keys, to=RunState.PAUSED, reason=reason, from_states=(RunState.RUNNING,))


async def resume(run: Run) -> RunState | None:
    """Let a paused run go on, and whoever looks after runs look after it. Returns the state that it is in."""
    state = await scripts.turn(run.redis, run.keys, to=RunState.RUNNING, from_states=(RunState.PAUSED,))
    if state is RunState.RUNNING:
        await look_after(run)
    return state


async def cancel(run: Run, reason: str = "") -> RunState | None:
    """Let nobody claim any more; what has not settled stays pending. Returns the state that the run is in."""
    live = (RunState.RUNNING, RunState.PAUSED)
    return await scripts.turn(run.redis, run.keys, to=RunState.CANCELLED, reason=reason, from_states=live)


async def supersede(run: Run, by: str) -> None:
    """Put another run in the place of this one, which is not continued, nor retried: nobody needs its bodies."""
    await run.redis.hset(run.keys["run"], SUPERSEDED, by)
    await cancel(run, f"run {by} has taken its place")
    await forget_bodies(run)


async def superseded_by(run: Run) -> str:
    """The run that has taken the place of one; empty if none has."""
    by = cast("bytes | None", await run.redis.hget(run.keys["run"], SUPERSEDED))
    return (by or b"").decode()


async def forget_bodies(run: Run) -> None:
    """Remove the sealed bodies of what has not landed: nobody will write it."""
    await run.redis.unlink(run.keys["body"])


async def reopen(run: Run, nodes: Iterable[tuple[int, int]]) -> None:
    """Let a finished run begin a new generation, which is what remains of it (invariant 3).

    Args:
        run: The run.
        nodes: What is to be tried again, dependencies first, each with its in-degree among all of these.

    Raises:
        RefusedError: The run is not finished, or somebody else has begun a retry of it.
    """
    token, number = secrets.token_hex(8), 0
    groups = await run.stretches()
    for number, piece in enumerate(pieces(nodes, FIELDS)):
        steps = await run.steps([node for node, _ in piece])
        grouped = [(*one, groups.of(resource)) for one, (resource, _) in zip(piece, steps, strict=True)]
        await _reopen(run, token, number, grouped)
    await _reopen(run, token, number + 1, [], last=True)
    await look_after(run)


async def _reopen(run: Run, token: str, number: int, nodes: list[tuple[int, int, str]], *, last: bool = False) -> None:
    if not await scripts.reopen(run.redis, run.keys, token=token, number=number, last=last, nodes=nodes):
        raise RefusedError(f"run {run.id} is being retried by somebody else", f"follow it: migrator watch {run.id}")
