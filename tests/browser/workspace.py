"""A workspace on its way, for pages to show: kinds that need one another, and a name that is too long."""

import time
from collections.abc import Iterator, Mapping

from redis.asyncio import Redis

from migrator.engine.groups import Grouping
from migrator.engine.publishing import publish
from migrator.engine.run import Run
from migrator.model.keys import key_of
from migrator.model.plan import Action, Graph, Plan, PlannedResource, Step
from tests.integration.engine.graphs import bodies_of, record_of

#: Half of them need nothing, and are the first to be ready.
KINDS = {"flow": 20, "block-document": 6, "work-pool": 4, "deployment": 24, "automation": 6}
NEEDS = {"deployment": ("flow", "block-document", "work-pool"), "automation": ("flow",)}
LONG_KEY = str(key_of("flow", "a-name-that-goes-on-and-on-" * 6))
#: Resources that nothing needs, so that they may fail alone: the first flows.
ALONE = 2
#: What a worker says of one that was refused.
DENIED = '{"type":"Denied","message":"the credentials may not create this flow"}'


def workspace(times: int = 1) -> Plan:
    """The plan to move it.

    Args:
        times: How many times larger it is than it need be.
    """
    sizes = {kind: found * times for kind, found in KINDS.items()}
    keys = [key_of(kind, f"{kind}-{number}") for kind, found in sizes.items() for number in range(found)]
    keys[0] = key_of("flow", LONG_KEY.partition("/")[2])
    planned = [PlannedResource(key, Action.CREATE, source_id=f"s-{number}") for number, key in enumerate(keys)]
    graph = Graph(len(planned))
    for node in range(len(planned)):
        graph.begin(node, Step.CREATE)
    for needed, needing in _edges(sizes):
        graph.connect(needed, needing)
    return Plan(planned, graph, held=True)


def _edges(sizes: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    begins = {kind: sum([*sizes.values()][:place]) for place, kind in enumerate(sizes)}
    for kind, needed in NEEDS.items():
        for number in range(sizes[kind]):
            for other in needed:
                first = ALONE if other == "flow" else 0
                yield begins[other] + first + number % (sizes[other] - first), begins[kind] + number


async def publish_workspace(redis: Redis, run_id: str, *, times: int = 1) -> Run:
    """The run of it, published."""
    plan = workspace(times)
    record = record_of(run_id, plan)
    sides = {
        "source": record.source.model_copy(update={"profile": "local", "url": "http://127.0.0.1:4200/api"}),
        "destination": record.destination.model_copy(update={"profile": "prod", "url": "https://prefect.test/api"}),
    }
    more = {**sides, "created": time.time(), "kind_edges": Grouping(plan).edges()}
    return await publish(redis, record.model_copy(update=more), plan, bodies_of(plan))
