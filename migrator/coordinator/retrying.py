"""A retry: what of a finished run failed, and what that blocked, begins a new generation (invariant 3)."""

from collections.abc import Sequence

from redis.asyncio import Redis

from migrator.coordinator.history import earlier_runs, pair_of
from migrator.engine.edges import dependents
from migrator.engine.exclusion import exclusively
from migrator.engine.record import RunRecord
from migrator.engine.run import FIELDS, Run
from migrator.engine.scripts import RunState
from migrator.engine.steering import reopen, superseded_by
from migrator.errors import RefusedError, UsageError
from migrator.model.inventory import Resource
from migrator.model.keys import Key
from migrator.model.outcome import Outcome
from migrator.model.pieces import pieces
from migrator.model.plan import WITHOUT_WORK
from migrator.planning.reopening import Lost, reopened
from migrator.planning.selection import Selection


async def retry(redis: Redis, run: Run, chosen: Selection) -> int:
    """Reopen a run; returns how many nodes are tried again.

    Args:
        redis: Where it is.
        run: The run.
        chosen: Which of its failed resources.

    Raises:
        UsageError: There is nothing to be retried, or nothing of that is chosen.
        RefusedError: The run has not ended, is cancelled, or another one has taken its place.
    """
    record = await run.record()
    async with exclusively(redis, pair_of(record.source, record.destination)):
        return await _retry(redis, run, record, chosen)


async def _retry(redis: Redis, run: Run, record: RunRecord, chosen: Selection) -> int:
    await _refuse_unless_last(redis, run, record)
    lost, keys = await _lost(run, (await run.status()).nodes)
    nodes = reopened(lost, lambda node: (key := keys[node]) is None or chosen.chooses(Resource(key, "")))
    if not nodes:
        where = f"of run {run.id} that failed" + (f" matches {', '.join(chosen.include)}" if chosen.include else "")
        raise UsageError(f"nothing {where} and can be retried", f"see what failed: migrator report {run.id}")
    await reopen(run, nodes)
    return len(nodes)


async def _refuse_unless_last(redis: Redis, run: Run, record: RunRecord) -> None:
    state = (await run.status()).state
    if state is RunState.CANCELLED:
        raise was_cancelled(record)
    if state is not RunState.FINISHED:
        advice = f"wait for its end: migrator watch {run.id}\n  or let it go on: migrator resume {run.id}"
        raise RefusedError(f"run {run.id} has not ended", advice)
    last = (await earlier_runs(redis, record.source, record.destination))[-1]
    by = last.id if last.id != run.id else await superseded_by(run)
    if by:
        raise RefusedError(f"run {by} has taken the place of run {run.id}", f"start a new one: {_anew(record)}")


def was_cancelled(record: RunRecord) -> RefusedError:
    """What to say of a run that cannot go on because it was cancelled."""
    advice = f"start a new one, which goes on from there: {_anew(record)}"
    return RefusedError(f"run {record.run} was cancelled", advice)


def _anew(record: RunRecord) -> str:
    return f"migrator run --from {record.source.profile} --to {record.destination.profile}"


async def _lost(run: Run, nodes: int) -> tuple[Lost, dict[int, Key | None]]:
    """What did not land, and the keys of what failed: None for a barrier, which is nobody's.

    What the plan had settled has no node to be tried again.
    """
    failed, skipped, unsettled = list[int](), list[int](), list[int]()
    for piece in pieces(range(nodes), FIELDS):
        for node, outcome in zip(piece, await run.outcomes(piece), strict=True):
            if outcome is None:
                unsettled.append(node)
            elif outcome.startswith(Outcome.FAILED):
                failed.append(node)
            elif outcome.startswith(Outcome.SKIPPED):
                skipped.append(node)
    keys = await _keys(run, [*failed, *unsettled])
    failed, skipped = [n for n in failed if n in keys], sorted(await _keys(run, skipped))
    edges = await dependents(run, [*failed, *skipped, *unsettled])
    return Lost(failed, skipped, unsettled, edges), keys


async def _keys(run: Run, nodes: Sequence[int]) -> dict[int, Key | None]:
    """The keys of the nodes that have work to do."""
    found: dict[int, Key | None] = {}
    for piece in pieces(nodes, FIELDS):
        lines = await run.ledger([resource for resource, _ in await run.steps(piece)])
        for node, line in zip(piece, lines, strict=True):
            if line is None or line.action not in WITHOUT_WORK:
                found[node] = Key(line.key) if line else None
    return found
