"""Inspection: the whole story of one resource in a run, node by node."""

from difflib import get_close_matches

from migrator.coordinator.workplace import Workplace
from migrator.engine.edges import waits_for
from migrator.engine.node import standing_of_node
from migrator.engine.parcel import open_parcel
from migrator.engine.run import Run, run_named
from migrator.engine.sealing import seal_for
from migrator.errors import RefusedError, UsageError
from migrator.reporting.audit_log import audit_log
from migrator.reporting.model import InspectForm, NodeForm, ResourceForm
from migrator.reporting.run_report import ending_of, report_of_run
from migrator.settings import Settings


async def inspect(place: Workplace, name: str, key: str, settings: Settings) -> InspectForm:
    """The story of one resource.

    Raises:
        UsageError: There is no such run, or no such resource in it.
    """
    run = Run(place.redis, await run_named(place.redis, name))
    form = await report_of_run(run)
    keys = {resource.key: number for number, resource in enumerate(form.resources)}
    if key not in keys:
        near = get_close_matches(key, keys, n=3)
        advice = f"did you mean {', '.join(near)}?" if near else f"see which there are: migrator report {run.id}"
        raise UsageError(f"run {run.id} has no {key}", advice)
    number = keys[key]
    owners = [resource for resource, _ in await run.steps(range((await run.status()).nodes))]
    nodes = [node for node, owner in enumerate(owners) if owner == number]
    story = _Story(run, form.resources, owners)
    return InspectForm(
        run=run.id,
        resource=form.resources[number],
        refers_to=await _refers_to(run, number, settings),
        nodes=[await story.node(node) for node in nodes],
        writes=[write for write in await audit_log(run) if write.key == key],
    )


class _Story:
    """Tells of nodes by the keys of their resources."""

    def __init__(self, run: Run, resources: list[ResourceForm], owners: list[int]) -> None:
        self._run = run
        self._resources = resources
        self._owners = owners

    async def node(self, node: int) -> NodeForm:
        standing = await standing_of_node(self._run, node)
        waiting = await waits_for(self._run, node) if standing.waits_for else []
        _, step = (await self._run.steps([node]))[0]
        ending = ending_of(standing.outcome)
        return NodeForm(
            node=node,
            step=step,
            whereabouts=standing.whereabouts,
            outcome=ending.outcome if standing.outcome else None,
            error=ending.error,
            blocked_by=None if ending.blocker is None else self._key(ending.blocker),
            waits_for=[self._key(other) for other, _ in waiting],
            tries=standing.tries,
            crashes=standing.crashes,
            holder=standing.holder or None,
            seconds=round(standing.seconds, 1),
        )

    def _key(self, node: int) -> str:
        owner = self._owners[node]
        return self._resources[owner].key if owner >= 0 else "everything else"


async def _refers_to(run: Run, number: int, settings: Settings) -> list[str]:
    """What its body refers to; nothing where that is not there any more, or sealed with another key."""
    sealed = (await run.bodies([number]))[0]
    if sealed is None:
        return []
    try:
        return sorted(open_parcel(sealed, seal_for(settings), run.id, number).whereabouts)
    except (RefusedError, UsageError):
        return []
