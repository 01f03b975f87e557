"""A retry is a new generation of the same run: what is chosen of the lost is tried again, and nothing else."""

import asyncio
import secrets
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from migrator.coordinator.history import pair_of
from migrator.coordinator.retrying import retry
from migrator.engine import scripts
from migrator.engine.exclusion import exclusively
from migrator.engine.keys import LEDGERS, RUNS
from migrator.engine.run import Run
from migrator.engine.scripts import RunState
from migrator.engine.steering import cancel, reopen, supersede
from migrator.errors import RefusedError, ResumableError, UsageError
from migrator.planning.selection import EVERYTHING, Selection
from tests.integration.engine.bench import Bench, done, failed
from tests.integration.engine.graphs import chain, owner_of, plan_of
from tests.integration.engine.kahn import RandomPlan, random_plans
from tests.integration.engine.simulation import Simulation
from tests.integration.engine.test_kahn_against_model import chooser


@settings(max_examples=100, derandomize=True)
@given(random=random_plans(), mended=st.frozensets(st.integers(0, 17)), moves=st.integers(0, 30), data=st.data())
def test_a_retry_ends_as_if_what_was_mended_had_never_failed(
    random: RandomPlan, mended: frozenset[int], moves: int, data: st.DataObject, redis_url: str
) -> None:
    """Invariant 3 holds within each generation; what has landed is not tried again."""
    asyncio.run(_retry_and_compare(redis_url, random, mended, moves, data))


async def _retry_and_compare(
    url: str, random: RandomPlan, mended: frozenset[int], moves: int, data: st.DataObject
) -> None:
    graph = random.plan.graph
    nodes = {node for node in graph.degree if owner_of(graph, node) in {*mended, -1}}
    after = replace(random, failing=random.failing - nodes, killers=random.killers - nodes, retries={})
    async with Redis.from_url(url) as redis:
        run = Run(redis, f"test-{secrets.token_hex(6)}")
        try:
            first = Simulation(run, random, chooser(data))
            await first.play(moves)
            chosen = Selection(include=tuple(f"*/v{node}" for node in mended) or ("*/none",))
            try:
                await retry(redis, run, chosen)
            except UsageError:
                assert not {node for node in nodes if first.outcomes[node] == "failed"}
                return
            second = Simulation(run, after, chooser(data))
            await second.go_on(moves, landed={n for n, outcome in first.outcomes.items() if outcome == "created"})
            assert second.outcomes == after.outcomes
        finally:
            await redis.unlink(*run.keys.all())
            await redis.zrem(RUNS, run.id)
            await redis.zrem(LEDGERS, run.id)


def _fail(bench: Bench) -> None:
    bench.publish(chain(3))
    bench.claim_and_settle(failed(0))
    assert bench.status().state is RunState.FINISHED


def test_a_retried_node_looks_before_it_writes(bench: Bench) -> None:
    """Invariant 9: it may have written before it failed."""
    _fail(bench)

    assert bench.do(retry(bench.redis, bench.run, EVERYTHING)) == 3

    assert bench.claim(lease="again").attempts == {0: 1}
    assert bench.status().settled == 0
    assert bench.outcomes() == {}


def test_a_call_that_is_repeated_reopens_nothing_twice(bench: Bench) -> None:
    """An answer may be lost; the client repeats the call."""
    _fail(bench)
    for _ in range(2):
        assert _reopen(bench, "token", 0, (0, 0))

    assert bench.list_of("ready") == ["0"]
    assert bench.hash_of("tally") == {"failed variable": "0", "skipped variable": "2"}


def test_a_retry_that_broke_off_is_taken_along_by_the_next(bench: Bench) -> None:
    """It leaves a finished run with pending nodes; nothing is claimed of it meanwhile."""
    _fail(bench)
    assert _reopen(bench, "died", 0, (0, 0))
    assert bench.claim().attempts == {}

    assert bench.do(retry(bench.redis, bench.run, EVERYTHING)) == 3

    for node in range(3):
        bench.claim_and_settle(done(node), lease=f"lease {node}")
    assert bench.status().landed


def test_of_two_retries_the_one_that_began_later_goes_on(bench: Bench) -> None:
    """The other one is told, and has not reopened anything that the later one did not."""
    _fail(bench)
    assert _reopen(bench, "earlier", 0, (0, 0))
    assert _reopen(bench, "later", 0, (0, 0))

    assert not _reopen(bench, "earlier", 1, (1, 1))
    assert _reopen(bench, "later", 1, (1, 1))
    assert bench.list_of("ready") == ["0"]


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.PAUSED])
def test_a_run_that_has_not_ended_is_not_retried(state: RunState, bench: Bench) -> None:
    """What failed is retried when the rest has had its turn."""
    bench.publish(plan_of(2))
    bench.claim(2)
    bench.settle("lease", failed(0))
    bench.turn(state)

    with pytest.raises(RefusedError, match="has not ended"):
        bench.do(retry(bench.redis, bench.run, EVERYTHING))
    with pytest.raises(RefusedError, match="somebody else"):
        bench.do(reopen(bench.run, [(0, 0)]))


def test_a_cancelled_run_is_not_retried(bench: Bench) -> None:
    """Its bodies are gone; the advice is a new run."""
    bench.publish(plan_of(1))
    bench.do(cancel(bench.run))

    with pytest.raises(RefusedError, match="was cancelled") as refused:
        bench.do(retry(bench.redis, bench.run, EVERYTHING))
    assert "migrator run --from p --to p" in refused.value.advice


def test_what_the_plan_had_settled_is_not_tried_again(bench: Bench) -> None:
    """It has no node to be tried."""
    bench.publish(plan_of(2, skipped=[1]))
    bench.claim_and_settle(done(0))

    with pytest.raises(UsageError, match="nothing of run"):
        bench.do(retry(bench.redis, bench.run, EVERYTHING))


def test_a_run_that_another_one_has_taken_the_place_of_keeps_no_body(bench: Bench) -> None:
    """Invariant 10: nobody will write what failed in it."""
    _fail(bench)

    bench.do(supersede(bench.run, "another"))

    assert bench.hash_of("body") == {}
    assert bench.status().state is RunState.FINISHED


def test_nor_is_it_retried_when_that_one_is_gone(bench: Bench) -> None:
    """Its bodies are gone, whatever has become of the other run since."""
    _fail(bench)
    bench.do(supersede(bench.run, "purged since"))

    with pytest.raises(RefusedError, match="purged since has taken the place"):
        bench.do(retry(bench.redis, bench.run, EVERYTHING))


def test_a_retry_is_refused_while_a_run_of_the_same_workspaces_is_published_or_retried(bench: Bench) -> None:
    """Two at once would each undo what the other one has begun."""
    _fail(bench)

    async def meanwhile() -> None:
        side = (await bench.run.record()).source
        async with exclusively(bench.redis, pair_of(side, side)):
            with pytest.raises(ResumableError, match="right now"):
                await retry(bench.redis, bench.run, EVERYTHING)

    bench.do(meanwhile())
    assert bench.outcomes()[0].startswith("failed")


def _reopen(bench: Bench, token: str, number: int, *nodes: tuple[int, int]) -> bool:
    grouped = [(*one, "variable") for one in nodes]
    return bench.do(scripts.reopen(bench.redis, bench.keys, token=token, number=number, last=False, nodes=grouped))
