"""What is about an earlier migration: found, held against what its profiles lead to today, published, carried out."""

from collections.abc import Sequence
from contextlib import suppress

from redis.asyncio import Redis

from migrator.coordinator.history import earlier_runs
from migrator.coordinator.ledger import Entry, read_ledger
from migrator.engine.record import RunRecord
from migrator.engine.run import Run, ledgers
from migrator.errors import RefusedError, UsageError
from migrator.model.plan import Purpose
from migrator.prefect_api.contact import Side


async def migration_named(redis: Redis, name: str) -> tuple[Run, RunRecord]:
    """The migration that a user means: by its id, or `last`.

    Raises:
        UsageError: There is none, or the run is about another one.
    """
    if name == "last":
        for run_id in reversed(await ledgers(redis)):
            # One that was never published wholly is none.
            with suppress(UsageError):
                run = Run(redis, run_id)
                record = await run.record()
                if record.purpose is Purpose.MIGRATE:
                    return run, record
        raise UsageError("there is no run yet", "start one: migrator run --from PROFILE --to PROFILE")
    run = Run(redis, name)
    record = await run.record()
    if record.purpose is not Purpose.MIGRATE:
        raise UsageError(f"run {name} is a {record.purpose} of run {record.parent}", f"name that one: {record.parent}")
    return run, record


def refuse_another_workspace(record: RunRecord, found: Side, *, source: bool = False) -> None:
    """Refuse what a profile leads to today, if it is not where the run was.

    Raises:
        RefusedError: It is another workspace.
    """
    expected = record.source if source else record.destination
    if not record.leads_to(expected, found.identity, found.url):
        raise RefusedError(
            f"profile '{expected.profile}' leads to {found.url}, which is not the workspace of run {record.run}",
            f"let it point to {expected.url}",
        )


async def related_runs(redis: Redis, record: RunRecord) -> list[tuple[Run, RunRecord]]:
    """Every run of the same two workspaces, oldest first."""
    runs = await earlier_runs(redis, record.source, record.destination)
    return [(run, await run.record()) for run in runs]


async def sequels(related: Sequence[tuple[Run, RunRecord]], parent: RunRecord) -> list[tuple[RunRecord, list[Entry]]]:
    """The runs that are about a migration, oldest first, with their ledgers."""
    about = [(run, record) for run, record in related if record.parent == parent.run]
    return [(record, await read_ledger(run)) for run, record in about]
