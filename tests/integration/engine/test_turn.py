"""Turning: a run goes from one state to another, unless somebody was faster."""

import itertools

import pytest

from migrator.engine import scripts
from migrator.engine.scripts import RunState
from tests.integration.engine.bench import Bench, done
from tests.integration.engine.graphs import plan_of


@pytest.mark.parametrize(("state", "to"), list(itertools.product(RunState, RunState)))
def test_a_run_turns_from_the_states_that_were_named(state: RunState, to: RunState, bench: Bench) -> None:
    """And says which state it is in now."""
    bench.publish(plan_of(1))
    bench.turn(state)

    answer = bench.do(scripts.turn(bench.redis, bench.keys, to=to, from_states=[state]))

    assert answer is to
    assert bench.status().state is to


def test_a_run_in_another_state_stays_in_it(bench: Bench) -> None:
    """A pause that comes after the last node does not take a finished run back."""
    bench.publish(plan_of(1))
    bench.claim_and_settle(done(0))
    before = bench.everything()

    answer = bench.do(
        scripts.turn(bench.redis, bench.keys, to=RunState.PAUSED, from_states=[RunState.RUNNING, RunState.PLANNED])
    )

    assert answer is RunState.FINISHED
    assert bench.everything() == before


def test_a_run_that_is_not_there_does_not_come_into_being(bench: Bench) -> None:
    """A half-written run is not started by somebody who guesses its name."""
    assert bench.do(scripts.turn(bench.redis, bench.keys, to=RunState.RUNNING, from_states=list(RunState))) is None
    assert bench.everything() == {}


def test_a_paused_run_goes_on_where_it_was(bench: Bench) -> None:
    """Nothing is lost by a pause."""
    bench.publish(plan_of(3))
    bench.turn(RunState.PAUSED)
    assert bench.claim().attempts == {}

    bench.turn(RunState.RUNNING)

    assert list(bench.claim().attempts) == [0, 1, 2]
