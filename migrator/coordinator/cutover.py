"""The cutover of a migration that was held: what acts at the source stops there and begins at the destination."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from migrator.coordinator.carrying_out import Running
from migrator.coordinator.history import at_rest, refuse_while_worked_at
from migrator.coordinator.ledger import read_ledger
from migrator.coordinator.sequel import (
    Sequel,
    carry_out_sequel,
    migration_named,
    refuse_another_workspace,
    related_runs,
)
from migrator.coordinator.still_going import still_going
from migrator.coordinator.story import Story, changed_since, read_story
from migrator.coordinator.survey import Listening, Pair, Survey, surveyed, workspace_of
from migrator.coordinator.workplace import Workplace, workplace
from migrator.engine.record import RunRecord
from migrator.engine.sealing import seal_for
from migrator.errors import RefusedError, UsageError
from migrator.kinds import kind_named
from migrator.model.bounds import UNBOUNDED, Bounds
from migrator.model.inventory import Resource
from migrator.model.still_going import StillGoing
from migrator.planning.selection import Selection, idle
from migrator.planning.switching import Switchable, plan_switch
from migrator.prefect_api.profiles import read_profile
from migrator.reporting.model import RunForm
from migrator.reporting.run_report import report_of_plan
from migrator.settings import Settings

#: Keys that an error names; the machine form of a plan has all of them.
NAMED = 10


@dataclass(frozen=True)
class CutoverOrder:
    """What is to be switched, and how.

    Attributes:
        run: The migration's id, or `last`.
        wave: What of it.
        back: From the destination back to the source.
        allow_changes: Go on although the source has changed since the migration.
        drained: Wait for runs before the other side is released; None: ask if there are any.
        workers: Worker processes to start here at the most.
        bounds: What is allowed of the destination.
    """

    run: str
    wave: Selection
    back: bool
    allow_changes: bool
    drained: bool | None
    workers: int
    bounds: Bounds = UNBOUNDED


@dataclass(frozen=True)
class CutoverAudience:
    """Who is told what happens, and asked.

    Attributes:
        listing: Shows listing.
        going: Is shown what pausing does not stop, and says whether to wait for it.
        plan: Is shown the plan, and raises if the answer is no.
        running: Shows the run.
    """

    listing: Listening
    going: Callable[[StillGoing, bool | None], bool]
    plan: Callable[[RunForm], None]
    running: Running


async def cut_over(order: CutoverOrder, settings: Settings, audience: CutoverAudience) -> RunForm:
    """Switch what a migration held, and report.

    Raises:
        MigratorError: It could not begin, was declined, or has not ended.
    """
    seal = seal_for(settings)
    async with workplace(settings) as place:
        # What the workspaces hold is let go of with this call.
        sequel = await _planned(order, place, settings, audience)
        return await carry_out_sequel(sequel, place, seal, settings, workers=order.workers, running=audience.running)


async def _planned(order: CutoverOrder, place: Workplace, settings: Settings, audience: CutoverAudience) -> Sequel:
    migration, record = await migration_named(place.redis, order.run)
    known = await at_rest(place.redis)
    related = await related_runs(place.redis, record)
    await refuse_while_worked_at([run for run, _ in related], known)
    story = await read_story(related, record, await read_ledger(migration))
    async with surveyed(_pair(order, record, settings), settings, audience.listing) as survey:
        refuse_another_workspace(record, survey.source.side, source=True)
        refuse_another_workspace(record, survey.destination.side)
        if not (order.back or order.allow_changes):
            _refuse_changed(story, survey, order.wave)
        items = _in_wave(story.items(survey, back=order.back), survey, order.wave)
        going = await _still_going(items, survey, settings, back=order.back)
        plan = plan_switch(items, back=order.back, drained=audience.going(going, order.drained))
        sides = survey.source.side, survey.destination.side
        audience.plan(report_of_plan(plan, *sides, survey.requests, parent=record.run))
        return Sequel(record, plan, known, survey.requests, bounds=order.bounds, wave=order.wave)


def _pair(order: CutoverOrder, record: RunRecord, settings: Settings) -> Pair:
    source, destination = (
        read_profile(side.profile, credentials_dir=settings.credentials_dir)
        for side in (record.source, record.destination)
    )
    copied = record.source.identity == record.destination.identity
    return Pair(source, destination, allow_changes=order.allow_changes, allow_same_identity=copied)


def _in_wave(items: Iterable[Switchable], survey: Survey, wave: Selection) -> list[Switchable]:
    """What of it was chosen.

    Raises:
        UsageError: A pattern or a tag matches nothing.
    """
    now = survey.source.inventory.resources
    if unmatched := idle(wave, survey.source.inventory):
        raise UsageError(f"nothing matches {', '.join(unmatched)}", "a wave is chosen from what acts at the source")
    return [item for item in items if wave.chooses(now.get(item.key) or Resource(item.key, item.source_id))]


def _refuse_changed(story: Story, survey: Survey, wave: Selection) -> None:
    """Refuse to switch to what is not any more what the source holds.

    Raises:
        RefusedError: The source has changed since the migration.
    """
    changed = changed_since(story, survey, wave)
    if changed:
        named = ", ".join(changed[:NAMED]) + (", …" if len(changed) > NAMED else "")
        record = story.record
        raise RefusedError(
            f"{len(changed)} resources of the source have changed since run {record.run}: {named}",
            f"bring them over first: migrator run --from {record.source.profile} --to {record.destination.profile} "
            "--on-existing update, and cut that run over; or say --allow-changes",
        )


async def _still_going(items: Sequence[Switchable], survey: Survey, settings: Settings, *, back: bool) -> StillGoing:
    """What goes on at the side that is stilled."""
    side = survey.destination.side if back else survey.source.side
    deployments = {
        item.destination_id if back else item.source_id: item.key
        for item in items
        if kind_named(item.key).under_way is not None and not item.reason
    }
    profile = read_profile(side.profile, credentials_dir=settings.credentials_dir)
    async with workspace_of(profile, settings) as workspace:
        return await still_going(workspace, deployments)
