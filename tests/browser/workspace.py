"""A small workspace on its way, for pages to show: kinds that need one another, and a name that is too long."""

import time

from redis.asyncio import Redis

from migrator.engine.groups import Grouping
from migrator.engine.publishing import publish
from migrator.engine.run import Run
from migrator.model.keys import key_of
from migrator.model.plan import Action, Graph, Plan, PlannedResource, Step
from tests.integration.engine.graphs import bodies_of, record_of

KINDS = {"flow": 20, "work-pool": 10, "deployment": 30}
LONG_KEY = str(key_of("flow", "a-name-that-goes-on-and-on-" * 6))
#: What a worker says of one that was refused.
DENIED = '{"type":"Denied","message":"the credentials may not create this flow"}'


def workspace() -> Plan:
    """Deployments need flows and pools, but none the first two flows."""
    keys = [key_of(kind, f"{kind}-{number}") for kind, found in KINDS.items() for number in range(found)]
    keys[0] = key_of("flow", LONG_KEY.partition("/")[2])
    planned = [PlannedResource(key, Action.CREATE, source_id=f"s-{number}") for number, key in enumerate(keys)]
    graph = Graph(len(planned))
    for node in range(len(planned)):
        graph.begin(node, Step.CREATE)
    for node in range(30, len(planned)):
        graph.connect(2 + node % 18, node)
        graph.connect(20 + node % 10, node)
    return Plan(planned, graph, held=True)


async def publish_workspace(redis: Redis, run_id: str) -> Run:
    """The run of it, published."""
    plan = workspace()
    record = record_of(run_id, plan)
    sides = {
        "source": record.source.model_copy(update={"profile": "local", "url": "http://127.0.0.1:4200/api"}),
        "destination": record.destination.model_copy(update={"profile": "prod", "url": "https://prefect.test/api"}),
    }
    more = {**sides, "created": time.time(), "kind_edges": Grouping(plan).edges()}
    return await publish(redis, record.model_copy(update=more), plan, bodies_of(plan))
