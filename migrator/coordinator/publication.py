"""Publication: a plan becomes a run. Bodies are sealed on their way from the spool to Redis, one at a time."""

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from types import MappingProxyType

from migrator import __version__
from migrator.coordinator.survey import Survey
from migrator.engine import publishing
from migrator.engine.parcel import Parcel
from migrator.engine.record import Chosen, RunRecord, Workspace
from migrator.engine.run import Run, server_of
from migrator.engine.sealing import Seal
from migrator.kinds import kind_named
from migrator.model.bounds import UNBOUNDED, Bounds
from migrator.model.canonical import Body, Canonical
from migrator.model.inventory import Inventory
from migrator.model.keys import Key
from migrator.model.plan import Action, Plan, PlannedResource
from migrator.planning.selection import EVERYTHING, Selection
from migrator.prefect_api.contact import Side


def new_run_id() -> str:
    """An id that sorts by time, to the second, and that no other run has."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{uuid.uuid4().hex[:6]}"


async def publish_migration(
    run: Run, seal: Seal, survey: Survey, plan: Plan, selection: Selection, *, bounds: Bounds = UNBOUNDED
) -> None:
    """Publish a plan as a new run.

    Args:
        run: What it will be.
        seal: Seals the bodies.
        survey: Where the bodies are.
        plan: What the run does.
        selection: What of the source it is about.
        bounds: What is allowed of the destination.
    """
    sides = _workspace(survey.source.side), _workspace(survey.destination.side)
    record = await _record(run, seal, plan, sides, survey.requests)
    more = {"chosen": Chosen.model_validate(selection), "left_behind": survey.left_behind, **asdict(bounds)}
    record = record.model_copy(update=more)
    left = {
        number: _left(survey, r).digest()
        for number, r in enumerate(plan.resources)
        if r.appended or r.omitted or r.left_out
    }
    await publishing.publish(run.redis, record, plan, _sealed_bodies(seal, run.id, survey, plan), left)


async def publish_sequel(
    run: Run,
    seal: Seal,
    parent: RunRecord,
    plan: Plan,
    *,
    requests: tuple[int, int],
    contents: Mapping[int, Body] = MappingProxyType({}),
    bounds: Bounds = UNBOUNDED,
    wave: Selection = EVERYTHING,
) -> None:
    """Publish a plan as a run that is about an earlier one.

    Args:
        run: What it will be.
        seal: Seals the contents.
        parent: The earlier run.
        plan: What the run does.
        requests: How many requests planning has sent to source and destination.
        contents: By number of the resource, what its node is given.
        bounds: What is allowed of the destination.
        wave: What of the earlier run it is about.
    """
    record = await _record(run, seal, plan, (parent.source, parent.destination), requests)
    record = record.model_copy(update={"parent": parent.run, "chosen": Chosen.model_validate(wave), **asdict(bounds)})
    bodies = ((n, Parcel(Canonical(body), {}).close(seal, record.run, n)) for n, body in contents.items())
    await publishing.publish(run.redis, record, plan, bodies)


async def _record(
    run: Run, seal: Seal, plan: Plan, sides: tuple[Workspace, Workspace], requests: tuple[int, int]
) -> RunRecord:
    return RunRecord(
        version=__version__,
        run=run.id,
        mark=uuid.uuid4().hex,
        purpose=plan.purpose,
        plan=plan.digest,
        held=plan.held,
        on_existing=plan.on_existing,
        source=sides[0],
        destination=sides[1],
        seal=seal.id,
        redis=await server_of(run.redis),
        created=time.time(),
        resources=len(plan.resources),
        source_requests=requests[0],
        destination_requests=requests[1],
    )


def _workspace(side: Side) -> Workspace:
    return Workspace.model_validate(side)


def _sealed_bodies(seal: Seal, run_id: str, survey: Survey, plan: Plan) -> Iterator[tuple[int, bytes]]:
    numbers = {resource.key: number for number, resource in enumerate(plan.resources)}
    for number, resource in enumerate(plan.resources):
        if resource.action in {Action.CREATE, Action.UPDATE}:
            written = _as_written(_left(survey, resource), resource, held=plan.held)
            parcel = _parcel(written, numbers, survey.destination.inventory)
            yield number, parcel.close(seal, run_id, number)


def _as_written(left: Canonical, resource: PlannedResource, *, held: bool) -> Canonical:
    """The form in which a resource is written first: a new one does not act yet, where it is not to."""
    kind = kind_named(resource.key)
    return left.shaped(kind.hold) if resource.action is Action.CREATE and (held or kind.enabled_last) else left


def _left(survey: Survey, resource: PlannedResource) -> Canonical:
    """The form in which a resource is left at the end, but for whether it acts: accepted there, without masks."""
    canonical = survey.source.canonical(resource.key).without((*resource.omitted, *resource.left_out))
    return as_appended(canonical, resource.key) if resource.appended else canonical


def as_appended(canonical: Canonical, key: Key) -> Canonical:
    """The form of a resource that has joined others."""
    appended = kind_named(key).appended
    return canonical if appended is None else canonical.shaped(appended)


def _parcel(canonical: Canonical, numbers: Mapping[Key, int], destination: Inventory) -> Parcel:
    """What is not part of the plan is at the destination already: a plan skips what needs neither."""
    keys = {reference.key for reference in canonical.references}
    return Parcel(canonical, {key: numbers[key] if key in numbers else destination.resources[key].id for key in keys})
