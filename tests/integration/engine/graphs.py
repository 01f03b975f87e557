"""Plans by hand: nodes are numbers, edges are pairs of who comes first and who waits."""

from collections.abc import Iterable, Mapping, Sequence

from migrator.engine.record import RunRecord, Workspace
from migrator.model.keys import key_of
from migrator.model.plan import WITHOUT_WORK, Action, Graph, Plan, PlannedResource, Step

Edges = Iterable[tuple[int, int]]
_SIDE = Workspace(profile="p", url="http://h/api", version="3.8.8", identity="i")


def plan_of(
    resources: int,
    *,
    needs: Edges = (),
    after: Edges = (),
    steps: Mapping[int, tuple[int, Step]] | None = None,
    exists: Mapping[int, str] | None = None,
    skipped: Iterable[int] = (),
    kinds: Sequence[str] = ("variable",),
) -> Plan:
    """A plan of as many resources as there are, and the edges between their nodes.

    Args:
        resources: How many resources; they are the first nodes.
        needs: Edges that pass a failure on.
        after: Edges that only order.
        steps: Further nodes: the resource of each, and what it does for it.
        exists: Resources that are there already, with their destination ids.
        skipped: Resources that cannot be migrated.
        kinds: Of the resources, in turn.
    """
    steps, exists, skipped = steps or {}, exists or {}, set(skipped)
    working = [node for node in range(resources + len(steps)) if node not in exists and node not in skipped]
    graph = Graph(resources, steps=dict(steps), degree=dict.fromkeys(working, 0))
    for edges, pairs in ((graph.needs, needs), (graph.after, after)):
        for first, waiting in pairs:
            edges.setdefault(first, []).append(waiting)
            graph.degree[waiting] += 1
    actions = dict.fromkeys(exists, Action.EXISTS) | dict.fromkeys(skipped, Action.SKIP)
    planned = [
        PlannedResource(
            key_of(kinds[node % len(kinds)], f"v{node}"),
            actions.get(node, Action.CREATE),
            source_id=f"source-{node}",
            destination_id=exists.get(node),
        )
        for node in range(resources)
    ]
    return Plan(planned, graph, held=True)


def hub(dependents: int) -> Plan:
    """One node that all others need."""
    return plan_of(1 + dependents, needs=[(0, node) for node in range(1, 1 + dependents)])


def chain(nodes: int) -> Plan:
    """Each node needs the one before."""
    return plan_of(nodes, needs=[(node, node + 1) for node in range(nodes - 1)])


def owner_of(graph: Graph, node: int) -> int:
    """The resource that a node belongs to; -1 for none."""
    return graph.steps[node][0] if node in graph.steps else node


def record_of(run_id: str, plan: Plan) -> RunRecord:
    """What the run of a plan is."""
    return RunRecord(
        run=run_id,
        plan=plan.digest,
        purpose=plan.purpose,
        held=plan.held,
        source=_SIDE,
        destination=_SIDE,
        seal="seal",
        redis="server",
        created=1.0,
        resources=len(plan.resources),
    )


def bodies_of(plan: Plan) -> list[tuple[int, bytes]]:
    """A body for each resource that has work."""
    return [(n, f"sealed {n}".encode()) for n, r in enumerate(plan.resources) if r.action not in WITHOUT_WORK]
