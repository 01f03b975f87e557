"""Publication: a plan becomes a run. Bodies are sealed on their way from the spool to Redis, one at a time."""

import time
import uuid
from collections.abc import Iterator, Mapping

from redis.asyncio import Redis

from migrator.coordinator.survey import Survey
from migrator.engine import publishing
from migrator.engine.parcel import Parcel
from migrator.engine.record import RunRecord, Workspace
from migrator.engine.run import Run, server_of
from migrator.engine.sealing import Seal
from migrator.kinds import kind_named
from migrator.model.canonical import Canonical
from migrator.model.inventory import Inventory
from migrator.model.keys import Key
from migrator.model.plan import Action, Plan, PlannedResource
from migrator.prefect_api.contact import Side


async def publish(redis: Redis, seal: Seal, survey: Survey, plan: Plan) -> Run:
    """Publish a plan as a new run.

    Args:
        redis: Where to.
        seal: Seals the bodies.
        survey: Where the bodies are.
        plan: What the run does.
    """
    run_id = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{uuid.uuid4().hex[:6]}"
    record = RunRecord(
        run=run_id,
        plan=plan.digest,
        held=plan.held,
        source=_workspace(survey.source.side),
        destination=_workspace(survey.destination.side),
        seal=seal.id,
        redis=await server_of(redis),
        created=time.time(),
        resources=len(plan.resources),
        source_requests=survey.requests[0],
        destination_requests=survey.requests[1],
    )
    return await publishing.publish(redis, record, plan, _sealed_bodies(seal, run_id, survey, plan))


def _workspace(side: Side) -> Workspace:
    return Workspace.model_validate(side)


def _sealed_bodies(seal: Seal, run_id: str, survey: Survey, plan: Plan) -> Iterator[tuple[int, bytes]]:
    numbers = {resource.key: number for number, resource in enumerate(plan.resources)}
    for number, resource in enumerate(plan.resources):
        if resource.action is Action.CREATE:
            canonical = _as_written(survey.source.canonical(resource.key), resource, held=plan.held)
            parcel = _parcel(canonical, numbers, survey.destination.inventory)
            yield number, parcel.close(seal, run_id, number)


def _as_written(canonical: Canonical, resource: PlannedResource, *, held: bool) -> Canonical:
    """The form in which a resource is created: accepted there, not acting yet, displacing nobody."""
    kind = kind_named(resource.key)
    canonical = canonical.without(resource.left_out)
    body = canonical.body
    if held or kind.enabled_last:
        body = kind.hold(body)
    if resource.appended and kind.appended is not None:
        body = kind.appended(body)
    return Canonical(body, canonical.references)


def _parcel(canonical: Canonical, numbers: Mapping[Key, int], destination: Inventory) -> Parcel:
    """What is not part of the plan is at the destination already: a plan skips what needs neither."""
    keys = {reference.key for reference in canonical.references}
    return Parcel(canonical, {key: numbers[key] if key in numbers else destination.resources[key].id for key in keys})
