"""Inspection: the whole story of one resource in a run, node by node."""

from collections.abc import Sequence
from difflib import get_close_matches

from migrator.coordinator.workplace import Workplace
from migrator.engine.edges import waits_for
from migrator.engine.node import standing_of_node
from migrator.engine.pages import pages
from migrator.engine.parcel import open_parcel
from migrator.engine.run import Run, run_named
from migrator.engine.sealing import seal_for
from migrator.errors import RefusedError, UsageError
from migrator.reporting.audit_log import audit_log
from migrator.reporting.model import InspectForm, NodeForm
from migrator.reporting.run_report import ending_of, resources_on
from migrator.settings import Settings

#: Skips that are followed back to the failure they began with, where not the whole story is told.
REACH = 10
#: Pieces of edges, and packs of writes, that are few.
EDGES, WRITES = 10_000, 500


async def inspect(place: Workplace, name: str, key: str, settings: Settings) -> InspectForm:
    """The story of one resource.

    Raises:
        UsageError: There is no such run, or no such resource in it.
    """
    run = Run(place.redis, await run_named(place.redis, name))
    number, nodes = await _find(run, key)
    return await story_of(run, number, nodes, settings)


async def story_of(
    run: Run, number: int, nodes: Sequence[int], settings: Settings, *, whole: bool = True
) -> InspectForm:
    """The story of a resource whose number is known.

    Args:
        run: The run.
        number: The number of the resource.
        nodes: Its nodes.
        settings: Where the sealing key is; without it what the resource refers to stays untold.
        whole: Also what it still waits for, and its writes, for which all edges and the whole audit log are read.

    Raises:
        UsageError: There is no resource of that number.
    """
    resources = await resources_on({number: nodes}, run, reach=None if whole else REACH)
    if not resources:
        raise UsageError(f"run {run.id} has no resource {number}", f"see which there are: migrator report {run.id}")
    return InspectForm(
        run=run.id,
        resource=resources[0],
        refers_to=await _refers_to(run, number, settings),
        nodes=[await _node(run, node, whole=whole) for node in nodes],
        writes=[write for write in await audit_log(run) if write.key == resources[0].key] if whole else [],
    )


async def is_soon_told(run: Run) -> bool:
    """Whether the whole story of a resource can be read with a few commands."""
    edges, writes = await run.redis.hlen(run.keys["dependents"]), await run.redis.llen(run.keys["audit"])
    return edges <= EDGES and writes <= WRITES


async def _find(run: Run, key: str) -> tuple[int, Sequence[int]]:
    """The number of a resource, and its nodes.

    Raises:
        UsageError: There is none of that name.
    """
    record, status, keys = await run.record(), await run.status(), list[str]()
    async for page in pages(run, record.resources, status.nodes):
        for (number, nodes), line in zip(page.items(), await run.ledger([*page]), strict=True):
            if line is not None and line.key == key:
                return number, nodes
            keys.append(line.key if line else "")
    near = get_close_matches(key, keys, n=3)
    advice = f"did you mean {', '.join(near)}?" if near else f"see which there are: migrator report {run.id}"
    raise UsageError(f"run {run.id} has no {key}", advice)


async def _node(run: Run, node: int, *, whole: bool) -> NodeForm:
    standing = await standing_of_node(run, node)
    before = [other for other, _ in await waits_for(run, node)] if standing.waits_for and whole else []
    # The edges of a lost node stay for a retry; it holds up nobody any more.
    waiting = [other for other, ended in zip(before, await run.outcomes(before), strict=True) if ended is None]
    ((_, step),) = await run.steps([node])
    ending = ending_of(standing.outcome)
    return NodeForm(
        node=node,
        step=step,
        whereabouts=standing.whereabouts,
        outcome=ending.outcome if standing.outcome else None,
        error=ending.error,
        blocked_by=None if ending.blocker is None else (await _keys(run, [ending.blocker]))[0],
        waits_for=await _keys(run, waiting),
        tries=standing.tries,
        crashes=standing.crashes,
        holder=standing.holder or None,
        seconds=round(standing.seconds, 1),
    )


async def _keys(run: Run, nodes: Sequence[int]) -> list[str]:
    """What the resources of nodes are called."""
    lines = await run.ledger([resource for resource, _ in await run.steps(nodes)])
    return [line.key if line else "everything else" for line in lines]


async def _refers_to(run: Run, number: int, settings: Settings) -> list[str]:
    """What its body refers to; nothing where that is not there any more, or sealed with another key."""
    sealed = (await run.bodies([number]))[0]
    if sealed is None:
        return []
    try:
        return sorted(open_parcel(sealed, seal_for(settings), run.id, number).whereabouts)
    except (RefusedError, UsageError):
        return []
