"""What a storm blows at: a random plan with a hub, a chain and layers, and what is planted in it. One for each seed."""

import itertools
from collections.abc import Iterator
from random import Random

from migrator.model.plan import Step
from tests.integration.engine.graphs import plan_of
from tests.integration.engine.kahn import Edge, RandomPlan

#: Resources, and those of them that are settled when the run is published.
RESOURCES, EXISTING, UNSUPPORTED = 1500, 12, 6
#: Further nodes, of resources that take a second write.
STEPS = 30
#: Nodes that one hub is needed by, and nodes of one chain.
HUB, CHAIN = 250, 40
#: Faults that are planted.
FAILING, KILLERS, RETRIES = 6, 2, 12
#: How far back the other edges of a node reach, in an order of the plan.
NEAR = 400
#: The share of the nodes among which the killers are, so that they begin early, and none that fails, so that not all
#: is skipped.
EARLY = 0.4


def scenario(seed: int) -> RandomPlan:
    """The scenario of a seed: always the same."""
    random = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    settled = random.sample(range(RESOURCES), EXISTING + UNSUPPORTED)
    working = sorted(set(range(RESOURCES)) - set(settled))
    steps = {RESOURCES + n: (random.choice(working), Step.COMPLETE) for n in range(STEPS)}
    order = random.sample([*working, *steps], len(working) + STEPS)
    edges = list(dict.fromkeys(_edges(random, order)))
    orders_only = set(random.sample(edges, len(edges) // 4))
    early, late = order[1 : int(len(order) * EARLY)], order[int(len(order) * EARLY) :]
    plan = plan_of(
        RESOURCES,
        needs=[edge for edge in edges if edge not in orders_only],
        after=orders_only,
        steps=steps,
        exists={node: f"there-{node}" for node in settled[:EXISTING]},
        skipped=settled[EXISTING:],
    )
    return RandomPlan(
        plan,
        failing=frozenset(random.sample(late, FAILING)),
        killers=frozenset(random.sample(early, KILLERS)),
        retries={node: random.randint(1, 2) for node in random.sample(order, RETRIES)},
    )


def _edges(random: Random, order: list[int]) -> Iterator[Edge]:
    """Edges that all go forward in an order."""
    hub, later = order[0], order[1:]
    yield from ((hub, node) for node in random.sample(later, HUB))
    chain = sorted(random.sample(range(len(order)), CHAIN))
    yield from itertools.pairwise(order[place] for place in chain)
    for place, node in enumerate(order):
        near = order[max(0, place - NEAR) : place]
        yield from ((first, node) for first in random.sample(near, min(len(near), random.randint(0, 2))))
