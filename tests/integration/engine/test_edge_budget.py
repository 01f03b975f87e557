"""The edge budget: what one call does is bounded, and whoever calls next goes on (invariant 12)."""

import pytest

from migrator.engine.edges import PIECE
from migrator.engine.run import EDGE_BUDGET
from migrator.engine.scripts import RunState
from tests.integration.engine.bench import Bench, done, failed
from tests.integration.engine.graphs import chain, hub, plan_of

DEPENDENTS = 1000


@pytest.mark.parametrize(
    ("budget", "walked"),
    [
        (1, [PIECE] * 10),
        (PIECE, [PIECE] * 10),
        (PIECE + 1, [2 * PIECE] * 5),
        (EDGE_BUDGET - 1, [200] * 5),
        (EDGE_BUDGET, [200] * 5),
        (EDGE_BUDGET + 1, [300, 300, 300, 100]),
        (DEPENDENTS, [1000]),
    ],
)
def test_a_hub_is_walked_in_whole_pieces_until_the_budget_is_spent(
    budget: int, walked: list[int], bench: Bench
) -> None:
    """Invariant 12: never more than the budget and a piece less one edge. Invariant 3: all edges, each once."""
    assert DEPENDENTS == 10 * PIECE
    bench.publish(hub(DEPENDENTS))
    bench.claim()

    settlements = [bench.settle("lease", done(0), budget=budget)]
    while settlements[-1].walking:
        settlements.append(bench.help_along(budget=budget))

    assert [settlement.edges for settlement in settlements] == walked
    assert max(walked) <= budget + PIECE - 1
    assert bench.help_along(budget=budget).edges == 0
    assert bench.list_of("ready") == [str(node) for node in range(1, DEPENDENTS + 1)]
    assert bench.hash_of("dependents") == bench.hash_of("degree") == {}


def test_the_bound_is_reached_and_not_passed(bench: Bench) -> None:
    """Invariant 12: one edge short of the budget, and then a whole piece more."""
    dependents = EDGE_BUDGET - 1
    hubs = plan_of(
        2 + dependents + PIECE,
        needs=[
            *((0, 2 + n) for n in range(dependents)),
            *((1, 2 + dependents + n) for n in range(PIECE)),
        ],
    )
    bench.publish(hubs)

    settlement = bench.claim_and_settle(done(0), done(1))

    assert settlement.edges == EDGE_BUDGET + PIECE - 1
    assert settlement.walking == 0


def test_a_hub_that_is_being_walked_holds_nobody_up(bench: Bench) -> None:
    """What it has released already is claimed and settled meanwhile; each settlement walks on."""
    bench.publish(hub(DEPENDENTS))
    bench.claim()
    assert bench.settle("lease", done(0), budget=1).ready == PIECE
    assert bench.list_of("walk") == ["0:1"]

    settled = 1
    while bench.status().state is RunState.RUNNING:
        claim = bench.claim(PIECE)
        settlement = bench.settle("lease", *(done(node) for node in claim.attempts), budget=1)
        settled += settlement.accepted
        assert settlement.edges <= PIECE

    assert settled == 1 + DEPENDENTS
    assert bench.status().outcomes == {"created": 1 + DEPENDENTS}


def test_a_cascade_of_skips_is_walked_within_the_budget(bench: Bench) -> None:
    """Invariant 12: a chain that is skipped from end to end costs as many edges as one that is not."""
    bench.publish(chain(901))

    settlements = [bench.claim_and_settle(failed(0))]
    while settlements[-1].walking:
        settlements.append(bench.help_along())

    assert [settlement.edges for settlement in settlements] == [200, 200, 200, 200, 100]
    assert settlements[-1].state is RunState.FINISHED
    assert bench.status().outcomes == {"failed": 1, "skipped": 900}


def test_a_run_is_not_stuck_while_its_edges_are_walked(bench: Bench) -> None:
    """Nothing is ready, nothing claimed, and yet the next caller moves it."""
    last = 1 + 2 * PIECE
    bench.publish(plan_of(last + 1, needs=[(0, n) for n in range(1, last)] + [(n, last) for n in range(1, last)]))
    bench.claim()

    bench.settle("lease", failed(0), budget=1)

    status = bench.status()
    assert (status.ready, status.claimed, status.delayed) == (0, 0, 0)
    assert status.walking > 0
    assert not status.stuck


def test_walks_wait_for_one_another(bench: Bench) -> None:
    """Two hubs that settle together are walked in turn, piece by piece."""
    second = 1 + 2 * PIECE + 1
    nodes = second + 2 * PIECE
    needs = [(0, n) for n in range(2, second + 1)] + [(1, n) for n in range(second + 1, nodes)]
    bench.publish(plan_of(nodes, needs=needs))
    bench.claim()

    bench.settle("lease", done(0), done(1), budget=1)
    assert bench.list_of("walk") == ["0:1", "1"]

    bench.help_along(budget=1)
    bench.help_along(budget=1)
    assert bench.list_of("walk") == ["1"]
