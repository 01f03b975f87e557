"""The engine against a model of ten lines: whatever workers do, a run ends as Kahn's algorithm says."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Mapping
from typing import cast
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from migrator.engine import edges
from migrator.engine.failures import failures
from migrator.engine.groups import Group
from migrator.engine.keys import RUNS, STRUCTURES
from migrator.engine.run import Run
from migrator.model.keys import kind_of
from migrator.model.plan import Plan
from tests.integration.engine.graphs import owner_of
from tests.integration.engine.kahn import RandomPlan, random_plans
from tests.integration.engine.simulation import PIECE, Choose, Simulation

#: What a finished run keeps.
LEDGER = {"run", "resource", "steps", "outcome", "tally", "id", "tries", "crashes", "pace"}
#: And for a retry of what failed.
FOR_A_RETRY = {"body", "dependents", "parts", "failures"}


@settings(max_examples=120, derandomize=True)
@given(random=random_plans(), moves=st.integers(0, 50), data=st.data())
def test_a_run_ends_as_the_model_says(redis_url: str, random: RandomPlan, moves: int, data: st.DataObject) -> None:
    """Invariants 1, 2, 3 and 10, for random plans, faults and interleavings."""
    asyncio.run(run_and_compare(redis_url, random, moves, chooser(data)))


def chooser(data: st.DataObject) -> Choose:
    """Lets Hypothesis choose, and shrink what it chose."""
    return lambda bound: data.draw(st.integers(0, bound - 1)) if bound > 1 else 0


async def run_and_compare(redis_url: str, random: RandomPlan, moves: int, choose: Choose) -> None:
    """Simulate a run, hold how it ended against the model, and remove it."""
    async with Redis.from_url(redis_url) as redis:
        run = Run(redis, f"test-{secrets.token_hex(6)}")
        try:
            with mock.patch.object(edges, "PIECE", PIECE):
                simulation = Simulation(run, random, choose)
                await simulation.play(moves)
            await _compare(run, random, simulation)
        finally:
            await redis.unlink(*run.keys.all())
            await redis.zrem(RUNS, run.id)


async def _compare(run: Run, random: RandomPlan, simulation: Simulation) -> None:
    graph = random.plan.graph
    assert simulation.outcomes == random.outcomes
    assert simulation.edges == random.edges, "invariant 3: each edge is counted once"
    arrived = {n for n, outcome in simulation.outcomes.items() if outcome == "created" and n < graph.resources}
    there = {n: r.destination_id for n, r in enumerate(random.plan.resources) if r.destination_id}
    assert await run.destination_ids(range(graph.resources)) == there | {n: f"id-{n}" for n in arrived}
    for node, blocker in enumerate(await _blockers(run, graph.size)):
        if node in graph.degree and simulation.outcomes[node] == "skipped":
            assert (node, True) in graph.dependents(blocker)
            assert simulation.outcomes[blocker] in {"failed", "skipped"}
    assert (await run.status()).groups == _groups(random.plan, simulation.outcomes)
    failed = {failure.node for failure in await failures(run, 0, graph.size)}
    assert failed == {node for node, outcome in simulation.outcomes.items() if outcome == "failed"}
    left = {structure for structure in STRUCTURES if await run.redis.exists(run.keys[structure])}
    lost = {node for node, outcome in simulation.outcomes.items() if outcome in {"failed", "skipped"}}
    pieces = cast("list[bytes]", await run.redis.hkeys(run.keys["dependents"]))
    assert {int(piece.partition(b":")[0]) for piece in pieces} == {node for node in lost if graph.dependents(node)}
    assert left <= LEDGER | (FOR_A_RETRY if lost else set()), "a finished run leaves its ledger and nothing else"


def _groups(plan: Plan, outcomes: Mapping[int, str]) -> dict[str, Group]:
    """By kind, how many nodes there are and how they ended: one by one."""
    ended: dict[str, list[str]] = {}
    for node in range(plan.graph.size):
        if (owner := owner_of(plan.graph, node)) >= 0:
            ended.setdefault(kind_of(plan.resources[owner].key), []).append(outcomes[node])
    return {kind: Group(len(ends), Counter(ends)) for kind, ends in ended.items()}


async def _blockers(run: Run, nodes: int) -> list[int]:
    """Of each node, by whom it was blocked; -1 for those that were not."""
    outcomes = [outcome or "" for outcome in await run.outcomes(range(nodes))]
    return [int(outcome.partition(" ")[2] or -1) if outcome.startswith("skipped") else -1 for outcome in outcomes]
