"""The graph of a plan as Mermaid text: what waits for what; resources where there are few, else kinds with counts."""

from collections.abc import Iterator

from migrator.engine.groups import Grouping
from migrator.model.keys import kind_of
from migrator.model.plan import Plan

#: Resources with work up to which each is drawn.
SMALL = 60
#: What stands for itself within a label; all else is written as Mermaid's entity.
_PLAIN = frozenset(" -_./:,")


def mermaid(plan: Plan) -> Iterator[str]:
    """The graph, line by line; of resources without work there is nothing to draw."""
    yield "flowchart LR\n"
    yield from _resources(plan) if _is_small(plan) else _kinds(plan)


def _is_small(plan: Plan) -> bool:
    return sum(node < plan.graph.resources for node in plan.graph.degree) <= SMALL


def _resources(plan: Plan) -> Iterator[str]:
    graph, edges = plan.graph, set[tuple[int, int]]()
    owner = {node: graph.steps[node][0] if node in graph.steps else node for node in graph.degree}
    for resource in sorted({*owner.values()} - {-1}):
        yield _node(f"n{resource}", plan.resources[resource].key)
    for node, needing in graph.needs.items():
        edges |= {(owner[node], owner[dependent]) for dependent in needing}
    yield from (f"  n{one} --> n{other}\n" for one, other in sorted(edges) if one != other)


def _kinds(plan: Plan) -> Iterator[str]:
    working: dict[str, int] = {}
    for number, resource in enumerate(plan.resources):
        if number in plan.graph.degree:
            kind = kind_of(resource.key)
            working[kind] = working.get(kind, 0) + 1
    yield from (_node(kind, f"{kind}: {number}") for kind, number in working.items())
    for one, other, number in sorted(Grouping(plan).edges()):
        yield f"  {one} -->|{number}| {other}\n"


def _node(name: str, label: str) -> str:
    return f'  {name}["{escaped(label)}"]\n'


def escaped(label: str) -> str:
    """A label in which nothing means anything to Mermaid."""
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in label)
