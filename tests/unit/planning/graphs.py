"""Graphs, as tests ask about them."""

from collections.abc import Iterable

from migrator.model.plan import Plan, Step

Edge = tuple[int, int, bool]
"""A node, one that waits for it, and whether it needs it."""


def edges(plan: Plan) -> list[Edge]:
    """Every edge."""
    return [(node, dependent, needed) for node in range(plan.graph.size) for dependent, needed in waiting(plan, node)]


def waiting(plan: Plan, node: int) -> list[tuple[int, bool]]:
    """What waits for a node."""
    return plan.graph.dependents(node)


def node_of(plan: Plan, key: str) -> int:
    """The node of a resource."""
    return [resource.key for resource in plan.resources].index(key)  # type: ignore[arg-type]


def steps_of(plan: Plan, step: Step) -> dict[int, int]:
    """The nodes of one step, and the resource that each belongs to."""
    return {node: resource for node, (resource, its_step) in plan.graph.steps.items() if its_step is step}


def drawn(plan: Plan) -> set[str]:
    """The edges, in words: `flow/etl => deployment/etl/nightly` needs, `a -> b` comes after, `a+` is a further step."""
    return {f"{named(plan, one)} {'=>' if needed else '->'} {named(plan, other)}" for one, other, needed in edges(plan)}


def named(plan: Plan, node: int) -> str:
    """A node in words."""
    if node < plan.graph.resources:
        return plan.resources[node].key
    resource, step = plan.graph.steps[node]
    return str(step) if resource < 0 else f"{plan.resources[resource].key}+{step}"


def behind(plan: Plan, start: int) -> set[int]:
    """Every node that waits for one, at once or through others."""
    found: set[int] = set()
    ahead: Iterable[int] = [start]
    while ahead:
        ahead = {dependent for node in ahead for dependent, _ in waiting(plan, node)} - found
        found |= ahead
    return found
