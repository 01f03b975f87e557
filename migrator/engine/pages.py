"""The resources of a run, a page at a time: however many there are, memory holds what is said of a few."""

from collections.abc import AsyncIterator, Mapping, Sequence

from migrator.engine.run import FIELDS, Run
from migrator.model.pieces import pieces

#: Resources on a page.
PAGE = 200


async def pages(run: Run, resources: int, nodes: int) -> AsyncIterator[Mapping[int, Sequence[int]]]:
    """By number of the resource, its nodes, its first one before the others.

    Args:
        run: The run.
        resources: How many resources it has.
        nodes: How many nodes.
    """
    further = await further_nodes(run, range(resources, nodes))
    for start in range(0, resources, PAGE):
        yield {number: (number, *further.get(number, ())) for number in range(start, min(start + PAGE, resources))}


async def further_nodes(run: Run, nodes: Sequence[int]) -> dict[int, list[int]]:
    """By resource, its nodes among those that are no resource's first."""
    further: dict[int, list[int]] = {}
    for some in pieces(nodes, FIELDS):
        for node, (resource, _) in zip(some, await run.steps(some), strict=True):
            further.setdefault(resource, []).append(node)
    return further
