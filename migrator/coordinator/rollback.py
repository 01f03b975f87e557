"""The rollback of a migration: what it created is removed, dependents first, what it changed is restored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from migrator.coordinator.carrying_out import Running
from migrator.coordinator.deeds import Deeds, read_others
from migrator.coordinator.discovery import Discovery
from migrator.coordinator.history import at_rest, refuse_while_worked_at
from migrator.coordinator.ledger import Entry, read_ledger
from migrator.coordinator.listing import ask
from migrator.coordinator.sequel import (
    Sequel,
    carry_out_sequel,
    migration_named,
    refuse_another_workspace,
    related_runs,
)
from migrator.coordinator.survey import Listening, surveyed_alone
from migrator.coordinator.workplace import Workplace, workplace
from migrator.engine.parcel import open_image
from migrator.engine.run import Run
from migrator.engine.sealing import Seal, refuse_another_key, seal_for
from migrator.kinds import kind_named
from migrator.kinds.kind import Request, any_of
from migrator.model.bounds import UNBOUNDED, Bounds
from migrator.model.canonical import Body
from migrator.model.keys import Key, kind_of
from migrator.model.pieces import pieces
from migrator.model.plan import Action, Plan
from migrator.planning.undoing import plan_undo
from migrator.prefect_api.contact import asked_to
from migrator.prefect_api.profiles import read_profile
from migrator.prefect_api.workspace import Workspace
from migrator.reporting.model import RunForm
from migrator.reporting.run_report import report_of_plan
from migrator.settings import Settings

#: Flows that one request asks about.
AT_ONCE = 100


@dataclass(frozen=True)
class RollbackOrder:
    """What is to be undone: the migration's id, or `last`; how many workers to start here, and within which bounds."""

    run: str
    workers: int
    bounds: Bounds = UNBOUNDED


@dataclass(frozen=True)
class RollbackAudience:
    """Who is told what happens, and asked.

    Attributes:
        listing: Shows listing.
        plan: Is shown the plan, and how many runs of flows go with these; raises if the answer is no.
        running: Shows the run.
    """

    listing: Listening
    plan: Callable[[RunForm, int], None]
    running: Running


async def roll_back(order: RollbackOrder, settings: Settings, audience: RollbackAudience) -> RunForm:
    """Undo a migration, and report.

    Raises:
        MigratorError: It could not begin, was declined, or has not ended.
    """
    seal = seal_for(settings)
    async with workplace(settings) as place:
        # What the destination holds is let go of with this call.
        sequel = await _planned(order, place, seal, settings, audience)
        return await carry_out_sequel(sequel, place, seal, settings, workers=order.workers, running=audience.running)


async def _planned(
    order: RollbackOrder, place: Workplace, seal: Seal, settings: Settings, audience: RollbackAudience
) -> Sequel:
    migration, record = await migration_named(place.redis, order.run)
    refuse_another_key(record, seal)
    known = await at_rest(place.redis)
    related = await related_runs(place.redis, record)
    await refuse_while_worked_at([run for run, _ in related], known)
    entries = await read_ledger(migration)
    images = await _images(migration, seal, entries)
    others = await read_others(related, record)
    ids = {entry.destination_id: entry.key for entry in entries if entry.destination_id}
    profile = read_profile(record.destination.profile, credentials_dir=settings.credentials_dir)
    async with surveyed_alone(profile, settings, audience.listing, ids) as (there, workspace):
        refuse_another_workspace(record, there.side)
        plan = plan_undo(Deeds(images, record, there, others).undoables(entries), there.inventory)
        runs = await _runs_lost(workspace, plan)
        contents = _contents(plan, images, there)
        requests = (0, workspace.requests)
        audience.plan(report_of_plan(plan, record.source, record.destination, requests, parent=record.run), runs)
    return Sequel(record, plan, known, requests, contents, bounds=order.bounds)


async def _images(run: Run, seal: Seal, entries: Sequence[Entry]) -> dict[Key, Body]:
    """What updates have replaced, by key."""
    sealed = await run.images([entry.number for entry in entries])
    return {
        entry.key: open_image(image, seal, run.id, entry.number)
        for entry, image in zip(entries, sealed, strict=True)
        if image is not None
    }


def _contents(plan: Plan, images: Mapping[Key, Body], there: Discovery) -> dict[int, Body]:
    """What nodes are given: what was replaced, and the name of what is found by it, which a key may spell otherwise."""
    contents: dict[int, Body] = {}
    for number, resource in enumerate(plan.resources):
        if resource.settled is None:
            by_name = kind_named(resource.key).found_by_name
            named = {"name": there.content(resource.key)["name"]} if by_name else {}
            image = images[resource.key] if resource.action is Action.RESTORE else {}
            if content := {**named, **image}:
                contents[number] = content
    return contents


async def _runs_lost(workspace: Workspace, plan: Plan) -> int:
    """How many flow runs go when their flows are removed."""
    flows = [
        resource.destination_id
        for resource in plan.resources
        if resource.action is Action.REMOVE and kind_of(resource.key) == "flow"
    ]
    lost = 0
    for some in pieces(flows, AT_ONCE):
        filters = {"flows": {"id": any_of(some)}}
        with asked_to("count its flow runs", workspace.profile):
            lost += int(await ask(workspace, Request("POST", "/flow_runs/count", filters)))
    return lost
