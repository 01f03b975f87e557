"""History: what earlier runs of the same two workspaces have left behind, read from their ledgers."""

from collections.abc import Collection, Sequence
from contextlib import suppress

from redis.asyncio import Redis

from migrator.coordinator.survey import Survey
from migrator.engine import doorbell
from migrator.engine.record import RunRecord
from migrator.engine.run import Run, ledgers
from migrator.engine.scripts import RunState
from migrator.errors import RefusedError, ResumableError, UsageError
from migrator.model.keys import Key
from migrator.model.outcome import Outcome
from migrator.model.plan import Action, Plan
from migrator.planning.planning import make_plan
from migrator.planning.selection import EVERYTHING, Selection, idle


async def earlier_runs(redis: Redis, survey: Survey) -> list[Run]:
    """The runs of these workspaces, oldest first."""
    found = []
    for run_id in await ledgers(redis):
        run = Run(redis, run_id)
        # One that was never published wholly, or was half deleted, or is a later version's, is none of ours.
        with suppress(UsageError, RefusedError):
            if _same_sides(await run.record(), survey):
                found.append(run)
    return found


def _same_sides(record: RunRecord, survey: Survey) -> bool:
    """By identity, and where copies share one, by URL."""
    pairs = ((record.source, survey.source.side), (record.destination, survey.destination.side))
    copied = record.source.identity == record.destination.identity
    return all(mine.identity == side.identity and (not copied or mine.url == side.url) for mine, side in pairs)


async def refuse_while_worked_at(runs: Sequence[Run], known: Collection[str]) -> None:
    """Refuse a second run of two workspaces while another one is alive.

    Args:
        runs: The runs of these workspaces.
        known: The runs that there were before the workspaces were looked at.

    Raises:
        ResumableError: An earlier run is worked at, or one has begun since.
    """
    for run in runs:
        if run.id not in known or await _is_worked_at(run):
            raise ResumableError(
                f"run {run.id} of these workspaces is being worked at",
                f"wait until it has ended (migrator report {run.id}), or a minute if its workers are dead",
            )


async def _is_worked_at(run: Run) -> bool:
    """Whether somebody holds nodes of a run, or will when their time to wait is over."""
    status = await run.status()
    waits = status.state is RunState.RUNNING and status.delayed > 0
    return await run.held_leases() > 0 or (waits and await doorbell.workers_alive(run.redis) > 0)


async def begun(runs: Sequence[Run]) -> frozenset[Key]:
    """The resources that earlier runs have begun and not ended: they are there, but not all of them was written."""
    unfinished: set[Key] = set()
    for run in runs:
        if unfinished or not (await run.status()).landed:
            whole, half = await _written(run)
            unfinished = (unfinished - whole) | half
    return frozenset(unfinished)


async def plan_migration(survey: Survey, earlier: Sequence[Run], *, selection: Selection, held: bool) -> Plan:
    """The plan of a migration, in the light of what earlier runs have begun.

    Raises:
        UsageError: A part of the selection matches nothing, or all of it together.
    """
    where = f"in profile '{survey.source.side.profile}'"
    if unmatched := idle(selection, survey.source.inventory):
        raise UsageError(
            f"nothing {where} matches {', '.join(unmatched)}",
            "--include, --exclude and --tag must each match something",
        )
    plan = make_plan(
        survey.source.inventory,
        survey.destination.inventory,
        survey.differences,
        held=held,
        begun=await begun(earlier),
        selection=selection,
    )
    if selection != EVERYTHING and not plan.resources:
        raise UsageError(
            f"nothing {where} matches all that --include, --exclude and --tag say",
            "see what there is: migrator plan --from … --to … --json",
        )
    return plan


async def _written(run: Run) -> tuple[set[Key], set[Key]]:
    """The resources that a run has written wholly, and those of which it may have written a part."""
    status = await run.status()
    resources = (await run.record()).resources
    lines = await run.ledger(range(resources))
    outcomes = await run.outcomes(range(status.nodes))
    tried = await run.attempts(range(resources))
    claimed = await run.claimed(range(resources))
    further: dict[int, list[str | None]] = {}
    extra_nodes = range(resources, status.nodes)
    for (resource, _), node in zip(await run.steps(extra_nodes), extra_nodes, strict=True):
        further.setdefault(resource, []).append(outcomes[node])
    whole, half = set(), set()
    for number, line in enumerate(lines):
        if line is None or line.action != Action.CREATE:
            continue
        first, others = outcomes[number], further.get(number, [])
        if all(_is_good(outcome) for outcome in [first, *others]):
            whole.add(Key(line.key))
        elif line.comes_along or first == Outcome.CREATED or (others and (tried[number] or claimed[number])):
            half.add(Key(line.key))
    return whole, half


def _is_good(outcome: str | None) -> bool:
    return outcome in {Outcome.CREATED, Outcome.EXISTS, Outcome.UPDATED}
