"""What is about an earlier migration: found, held against what its profiles lead to today, and carried out."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from redis.asyncio import Redis

from migrator.coordinator.carrying_out import Running, carry_out
from migrator.coordinator.history import earlier_runs, in_place_of_earlier
from migrator.coordinator.publication import publish_sequel
from migrator.coordinator.workplace import Workplace
from migrator.engine.keeping import need, need_no_more
from migrator.engine.record import Chosen, RunRecord
from migrator.engine.run import Run, ledgers
from migrator.engine.sealing import Seal
from migrator.errors import RefusedError, UsageError
from migrator.model.bounds import UNBOUNDED, Bounds
from migrator.model.canonical import Body
from migrator.model.plan import Plan, Purpose
from migrator.planning.selection import EVERYTHING, Selection
from migrator.prefect_api.contact import Side
from migrator.reporting.model import RunForm
from migrator.reporting.run_report import report_of_run
from migrator.settings import Settings


@dataclass(frozen=True)
class Sequel:
    """A plan that is about a migration.

    Attributes:
        record: The migration.
        plan: What is to be done.
        known: The runs that there were before the workspaces were looked at.
        requests: How many requests planning has sent to source and destination.
        contents: By number of the resource, what its node is given.
        bounds: What is allowed of the destination.
        wave: What of the migration it is about.
    """

    record: RunRecord
    plan: Plan
    known: Collection[str]
    requests: tuple[int, int]
    contents: Mapping[int, Body] = field(default_factory=dict)
    bounds: Bounds = UNBOUNDED
    wave: Selection = EVERYTHING


async def migration_named(redis: Redis, name: str) -> tuple[Run, RunRecord]:
    """The migration that a user means: by its id, or `last`.

    Raises:
        UsageError: There is none, or the run is about another one.
    """
    if name == "last":
        for run_id in reversed(await ledgers(redis)):
            # One that was never published wholly is none, and one of another version is not ours.
            with suppress(UsageError, RefusedError):
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


async def carry_out_sequel(
    sequel: Sequel, place: Workplace, seal: Seal, settings: Settings, *, workers: int, running: Running
) -> RunForm:
    """Publish a sequel, carry it out, and report. What was under way between the two workspaces is cancelled.

    Args:
        sequel: What is to be done.
        place: Where runs live.
        seal: Seals the contents.
        settings: Of this command.
        workers: Worker processes to start here at the most.
        running: Shows the run.

    Raises:
        ResumableError: Another run is being worked at, has begun since, or nobody works at this one any more.
    """
    sides = sequel.record.source, sequel.record.destination
    if sequel.plan.purpose is Purpose.CUTOVER_BACK:
        # Before anything is taken back: from then on it waits for a cutover again.
        for held in await _held_until(sequel.record, place.redis):
            await need(held)
    async with in_place_of_earlier(place.redis, *sides, sequel.known) as run:
        await publish_sequel(
            run,
            seal,
            sequel.record,
            sequel.plan,
            requests=sequel.requests,
            contents=sequel.contents,
            bounds=sequel.bounds,
            wave=sequel.wave,
        )
    await carry_out(run, place, workers, settings, running)
    await settle_ledgers(run, settings)
    return await report_of_run(run)


async def settle_ledgers(run: Run, settings: Settings) -> None:
    """Let go of the ledgers that nobody needs after a sequel: all that they hold was switched or undone."""
    record = await run.record()
    if record.parent is None or not (await run.status()).landed:
        return
    migration = Run(run.redis, record.parent)
    if record.purpose is Purpose.ROLLBACK:
        await need_no_more(migration, settings.keep)
    elif record.purpose is Purpose.CUTOVER and record.chosen == Chosen():
        for held in await _held_until(await migration.record(), run.redis):
            await need_no_more(held, settings.keep)


async def _held_until(record: RunRecord, redis: Redis) -> list[Run]:
    """The migrations that have held something, to this one."""
    related = await related_runs(redis, record)
    return [
        run
        for run, other in related
        if other.held and other.purpose is Purpose.MIGRATE and other.created <= record.created
    ]
