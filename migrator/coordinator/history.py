"""History: what earlier runs of the same two workspaces have left behind, read from their ledgers."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis

from migrator.coordinator.ledger import entries_of
from migrator.coordinator.publication import new_run_id
from migrator.engine import doorbell
from migrator.engine.exclusion import exclusively
from migrator.engine.record import RunRecord, Workspace
from migrator.engine.run import Run, ledgers
from migrator.engine.scripts import RunState
from migrator.engine.steering import supersede
from migrator.errors import RefusedError, ResumableError, UsageError
from migrator.model.keys import Key
from migrator.model.plan import Action, Purpose
from migrator.prefect_api.contact import Side


async def earlier_runs(redis: Redis, source: Side | Workspace, destination: Side | Workspace) -> list[Run]:
    """The runs of two workspaces, oldest first."""
    found = []
    for run_id in await ledgers(redis):
        run = Run(redis, run_id)
        # One that was never published wholly, or was half deleted, or is another version's, is none of ours.
        with suppress(UsageError, RefusedError):
            if _same_sides(await run.record(), source, destination):
                found.append(run)
    return found


def _same_sides(record: RunRecord, source: Side | Workspace, destination: Side | Workspace) -> bool:
    pairs = ((record.source, source), (record.destination, destination))
    return all(record.leads_to(mine, side.identity, side.url) for mine, side in pairs)


async def earlier_at_rest(
    redis: Redis, known: Collection[str], source: Side | Workspace, destination: Side | Workspace
) -> list[Run]:
    """The runs of two workspaces, oldest first, if none of them is alive.

    Args:
        redis: Where runs live.
        known: The runs that were at rest before the workspaces were looked at.
        source: Where from.
        destination: Where to.

    Raises:
        ResumableError: One is worked at, or has begun since.
    """
    earlier = await earlier_runs(redis, source, destination)
    await refuse_while_worked_at(earlier, known)
    return earlier


@asynccontextmanager
async def in_place_of_earlier(
    redis: Redis,
    source: Side | Workspace,
    destination: Side | Workspace,
    known: Collection[str],
    run_id: str | None = None,
) -> AsyncIterator[Run]:
    """Let a new run, not published yet, take the place of those between two workspaces, while nobody else does.

    Args:
        redis: Where runs live.
        source: Where from.
        destination: Where to.
        known: The runs that were at rest before the workspaces were looked at.
        run_id: What the new one is called; None for any name.

    Raises:
        ResumableError: An earlier run is alive, or one has begun since, or is being published right now.
    """
    run = Run(redis, run_id or new_run_id())
    async with exclusively(redis, pair_of(source, destination)), exclusively(redis, run.id):
        earlier = await earlier_at_rest(redis, known, source, destination)
        yield run
        # Not before it is there: should its publisher die, the others can still be resumed or retried.
        for one in earlier:
            await supersede(one, run.id)


def pair_of(source: Side | Workspace, destination: Side | Workspace) -> str:
    """Two workspaces, as what only one may publish a run of at a time."""
    return f"{source.identity}-{destination.identity}"


async def at_rest(redis: Redis) -> list[str]:
    """The runs that nobody works at: what they have written can be seen by whoever looks at a workspace from now on."""
    found = []
    for run_id in await ledgers(redis):
        with suppress(UsageError, RefusedError):
            if not await is_worked_at(Run(redis, run_id)):
                found.append(run_id)
    return found


async def refuse_while_worked_at(runs: Sequence[Run], known: Collection[str]) -> None:
    """Refuse a second run of two workspaces while another one is alive.

    Args:
        runs: The runs of these workspaces.
        known: The runs that were at rest before the workspaces were looked at.

    Raises:
        ResumableError: An earlier run is worked at, or one has begun since.
    """
    for run in runs:
        if run.id not in known or await is_worked_at(run):
            raise ResumableError(
                f"run {run.id} of these workspaces is being worked at, or was until a moment ago",
                f"follow it: migrator watch {run.id}\n  or end it: migrator cancel {run.id}",
            )


async def is_worked_at(run: Run) -> bool:
    """Whether somebody holds nodes of a run, or will as soon as there is something to claim.

    What waits in a cutover may wait for ever, for a flow run to end, and has written nothing that is in doubt.
    """
    status = await run.status()
    is_migration = (await run.record()).purpose is Purpose.MIGRATE
    goes_on = is_migration and status.state is RunState.RUNNING
    return await run.held_leases() > 0 or (goes_on and await doorbell.workers_alive(run.redis) > 0)


async def begun(runs: Sequence[Run]) -> frozenset[Key]:
    """The resources that earlier migrations have begun and not ended: they are there, but not all was written.

    Args:
        runs: Every earlier run of the two workspaces, oldest first; a rollback takes away what was begun.
    """
    unfinished: set[Key] = set()
    for run in runs:
        purpose = (await run.record()).purpose
        if purpose is Purpose.MIGRATE and (unfinished or not (await run.status()).landed):
            async for entry in entries_of(run):
                if entry.in_part:
                    unfinished.add(entry.key)
                elif entry.whole and entry.line.action == Action.CREATE:
                    unfinished.discard(entry.key)
        elif purpose is Purpose.ROLLBACK and unfinished:
            unfinished -= {e.key async for e in entries_of(run) if e.whole and e.line.action == Action.REMOVE}
    return frozenset(unfinished)
