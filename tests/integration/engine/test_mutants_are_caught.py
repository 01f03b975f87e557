"""The comparison with the model fails when it should: each of these edits of a script, by itself, is noticed."""

import asyncio

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from redis.exceptions import RedisError

from tests.integration.engine.kahn import RandomPlan, random_plans
from tests.integration.engine.mutants import MUTANTS
from tests.integration.engine.mutation import mutated
from tests.integration.engine.test_kahn_against_model import chooser, run_and_compare


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_of_a_script_does_not_agree_with_the_model(mutant: str, redis_url: str) -> None:
    """Each would break an invariant, and does so within a hundred random runs."""

    @settings(
        max_examples=100,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(random=random_plans(), moves=st.integers(0, 50), data=st.data())
    def agrees(random: RandomPlan, moves: int, data: st.DataObject) -> None:
        asyncio.run(run_and_compare(redis_url, random, moves, chooser(data)))

    with mutated(*MUTANTS[mutant]), pytest.raises((AssertionError, RedisError)) as caught:
        agrees()
    assert "compiling" not in str(caught.value), "it is no Lua"
