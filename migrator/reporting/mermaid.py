"""Graphs as Mermaid text: of a plan, what waits for what; resources where there are few, else kinds with counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from migrator.engine.groups import Grouping
from migrator.model.keys import kind_of
from migrator.model.plan import Plan

#: Resources with work up to which each is drawn.
SMALL = 60
#: What stands for itself within a label; all else is written as Mermaid's entity.
_PLAIN = frozenset(" -_./:,")
_HEAD = "flowchart LR\n"


def mermaid(plan: Plan) -> Iterator[str]:
    """The graph, line by line; of resources without work there is nothing to draw."""
    if not _is_small(plan):
        return mermaid_of_kinds(_working(plan), Grouping(plan).edges())
    return _resources(plan)


def mermaid_of_kinds(kinds: Mapping[str, str], edges: Iterable[tuple[str, str, int]]) -> Iterator[str]:
    """The graph of kinds, line by line.

    Args:
        kinds: What there is to say of each.
        edges: From which kind to which one that needs it, and how many references that are.
    """
    yield _HEAD
    yield from (_node(kind, f"{kind}: {said}") for kind, said in kinds.items())
    for one, other, number in sorted(edges):
        yield f"  {one} -->|{number}| {other}\n"


def _is_small(plan: Plan) -> bool:
    return sum(node < plan.graph.resources for node in plan.graph.degree) <= SMALL


def _resources(plan: Plan) -> Iterator[str]:
    yield _HEAD
    graph, edges = plan.graph, set[tuple[int, int]]()
    owner = {node: graph.steps[node][0] if node in graph.steps else node for node in graph.degree}
    for resource in sorted({*owner.values()} - {-1}):
        yield _node(f"n{resource}", plan.resources[resource].key)
    for node, needing in graph.needs.items():
        edges |= {(owner[node], owner[dependent]) for dependent in needing}
    yield from (f"  n{one} --> n{other}\n" for one, other in sorted(edges) if one != other)


def _working(plan: Plan) -> dict[str, str]:
    """How many resources of each kind have work."""
    kinds = (kind_of(resource.key) for number, resource in enumerate(plan.resources) if number in plan.graph.degree)
    return {kind: str(number) for kind, number in Counter(kinds).items()}


def _node(name: str, label: str) -> str:
    return f'  {name}["{escaped(label)}"]\n'


def escaped(label: str) -> str:
    """A label in which nothing means anything to Mermaid."""
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in label)
