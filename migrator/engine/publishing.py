"""Publishing: a graph, its sealed bodies and its ledger go to Redis, in pieces; the state comes last.

Until the state is there the run does not exist for anybody, so a publisher that dies leaves nothing that runs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType

import orjson
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from migrator.engine.edges import spell
from migrator.engine.groups import Grouping
from migrator.engine.keeping import NEEDED, look_after
from migrator.engine.publisher import Publisher
from migrator.engine.record import LedgerLine, RunRecord
from migrator.engine.run import FIELDS, Run, failure, redis_ms
from migrator.engine.scripts import RunState
from migrator.errors import ResumableError
from migrator.model.keys import Key, unnumbered
from migrator.model.outcome import Outcome
from migrator.model.pieces import pieces
from migrator.model.plan import Graph, Plan, PlannedResource, Purpose

#: Bodies, or lines of the ledger, that are in memory at once.
PAGE = 200


async def publish(
    redis: Redis,
    record: RunRecord,
    plan: Plan,
    bodies: Iterable[tuple[int, bytes]],
    left: Mapping[int, str] = MappingProxyType({}),
) -> Run:
    """Publish a plan as a run.

    Args:
        redis: Where to.
        record: What the run is.
        plan: What it does.
        bodies: Of each resource that has work, its number and its sealed body.
        left: Of resources that are not left in their source's form: the digest of the form in which they are.

    Raises:
        ResumableError: Another publisher of the same id was faster, or took this one's place.
    """
    publisher, groups = Publisher(redis, record), Grouping(plan)
    await publisher.begin()
    await _write_hash(publisher, "resource", _lines(plan.resources, left), PAGE)
    ids = ((n, r.destination_id) for n, r in enumerate(plan.resources) if r.destination_id)
    await _write_hash(publisher, "id", ids)
    await _write_hash(publisher, "outcome", _outcomes(plan.resources))
    await _write_failures(publisher, groups.failed)
    await _write_hash(publisher, "body", bodies, PAGE)
    await _write_graph(publisher, plan.graph)
    await _open(publisher, record.model_copy(update={"kind_edges": groups.edges()}), plan.graph, groups)
    return publisher.run


async def _write_graph(publisher: Publisher, graph: Graph) -> None:
    await _write_hash(publisher, "degree", ((node, waits) for node, waits in graph.degree.items() if waits))
    edges = chain.from_iterable(spell(node, graph.dependents(node)) for node in graph.degree)
    await _write_hash(publisher, "dependents", edges)
    steps = ((node, f"{resource} {step}") for node, (resource, step) in graph.steps.items())
    await _write_hash(publisher, "steps", steps)
    await _write_hash(publisher, "parts", _parts(graph))
    for nodes in pieces((node for node, waits in graph.degree.items() if waits == 0), FIELDS):
        await publisher.write("ready", "RPUSH", *nodes)
    run = publisher.run
    if await run.redis.llen(run.keys["ready"]) != sum(waits == 0 for waits in graph.degree.values()):
        # A push whose answer was lost is repeated by the client, and is the one write here that shows it.
        raise ResumableError(f"run {run.id} was not published whole", "run it again")


async def _write_failures(publisher: Publisher, failed: Sequence[int]) -> None:
    now = await redis_ms(publisher.run.redis)
    for nodes in pieces(failed, FIELDS):
        await publisher.write("failures", "ZADD", *(part for node in nodes for part in (now, node)))


async def _open(publisher: Publisher, record: RunRecord, graph: Graph, groups: Grouping) -> None:
    """The commit: from here on the run is there."""
    run = publisher.run
    settled, now = groups.tally.total(), await redis_ms(run.redis)
    finished = settled == graph.size

    def change(pipe: Pipeline) -> None:
        if groups.tally:
            pipe.hset(run.keys["tally"], items=[part for one in groups.tally.items() for part in one])
        pipe.hset(
            run.keys["run"],
            mapping={
                "record": record.model_dump_json(),
                "nodes": graph.size,
                "groups": groups.stretches,
                "sizes": orjson.dumps(groups.sizes()),
                "settled": settled,
                "state": RunState.FINISHED if finished else RunState.RUNNING,
                **({"ended": now} if finished else {}),
                **({NEEDED: 1} if record.held and record.purpose is Purpose.MIGRATE else {}),
            },
        )
        for key in run.keys.all():
            pipe.persist(key)

    await publisher.commit(change)
    await look_after(run)


def _lines(resources: Sequence[PlannedResource], left: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    companions = {resource.comes_with for resource in resources}
    numbers = {resource.key: number for number, resource in enumerate(resources) if resource.key in companions}
    twins = _twins(resources)
    for number, resource in enumerate(resources):
        companion = numbers.get(resource.comes_with, -1) if resource.comes_with else -1
        others = tuple(other for other in twins.get(unnumbered(resource.key), ()) if other != number)
        more = {"left": left.get(number, ""), "companion": companion, "twins": others}
        yield number, LedgerLine.model_validate(resource).model_copy(update=more).model_dump_json(exclude_defaults=True)


def _twins(resources: Sequence[PlannedResource]) -> dict[Key, list[int]]:
    """By natural key that several share, their numbers."""
    shared = {unnumbered(resource.key) for resource in resources if resource.key != unnumbered(resource.key)}
    twins: dict[Key, list[int]] = {}
    for number, resource in enumerate(resources):
        if (natural := unnumbered(resource.key)) in shared:
            twins.setdefault(natural, []).append(number)
    return twins


def _outcomes(resources: Sequence[PlannedResource]) -> Iterator[tuple[int, str]]:
    for number, resource in enumerate(resources):
        if resource.settled is Outcome.FAILED:
            yield number, f"{Outcome.FAILED} {failure(resource.error, resource.reason)}"
        elif resource.settled:
            yield number, resource.settled


def _parts(graph: Graph) -> Iterator[tuple[int, int]]:
    """Of resources with several nodes that have work: how many."""
    further = Counter(resource for node, (resource, _) in graph.steps.items() if node >= graph.resources)
    for resource, nodes in further.items():
        parts = nodes + (resource in graph.degree)
        if resource >= 0 and parts > 1:
            yield resource, parts


async def _write_hash(
    publisher: Publisher,
    structure: str,
    fields: Iterable[tuple[str | int, str | int | bytes]],
    at_once: int = FIELDS,
) -> None:
    for piece in pieces(fields, at_once):
        await publisher.write(structure, "HSET", *(part for field in piece for part in field))
