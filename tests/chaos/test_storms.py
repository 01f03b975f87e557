"""Any worker, all of them, the coordinator, Redis and the line to it may fail at any moment: the run ends as it must.

These are a few storms of `make chaos`, always the same ones; what each may leave, the oracle says.
"""

import pytest

from migrator.engine.scripts import source
from tests.chaos.monkey import LOST_AND_LATE
from tests.chaos.mutants import MUTANTS
from tests.chaos.oracle import objections
from tests.chaos.storm import storm
from tests.chaos.verdict import verdict
from tests.redis_server import redis_binary

#: What each mutant does that the oracle cannot overlook, in its words.
BETRAYED_BY = {
    "no-fence": "nodes have an outcome",
    # What is left waits for edges that nobody will walk: nothing is ready, held, delayed or on its way.
    "no-cursor": "have settled; {'degree'",
    "counts-twice": "was begun before",
}
#: Seconds of calm in which a mutant's run gets as far as it does.
AS_FAR_AS_IT_GETS = 3.0


@pytest.mark.parametrize("seed", [1, 2])
def test_a_run_weathers_a_storm(seed: int) -> None:
    """Invariants 1, 2, 3 and 9, whatever dies, is lost, comes late, or has a wrong clock."""
    weathered, text = verdict(storm(seed))
    assert weathered, text


def test_a_run_weathers_a_storm_on_redis() -> None:
    """The same on the Redis of a distribution, which is two versions older than our Valkey."""
    binary = redis_binary()
    if binary is None:
        pytest.skip("there is no redis-server here: make redis-server")
    weathered, text = verdict(storm(3, binary=binary))
    assert weathered, text


@pytest.mark.parametrize("mutant", BETRAYED_BY)
def test_a_mutant_does_not_weather_storms(mutant: str) -> None:
    """The oracle notices scripts that break invariant 3, and not merely because the run does not end.

    What a mutant does wrong takes an answer that is lost at the right moment, which not every storm brings.
    """
    storms = (storm(seed, mutant=mutant, mischief=LOST_AND_LATE, patience=AS_FAR_AS_IT_GETS) for seed in (1, 2, 3))
    assert any(BETRAYED_BY[mutant] in objection for aftermath in storms for objection in objections(aftermath))


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_fits_its_script(mutant: str) -> None:
    """Else processes of its storm would die at once, and the oracle would notice that."""
    script, right, _ = MUTANTS[mutant]
    assert source(script).count(right) == 1
