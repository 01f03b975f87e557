"""What is said on the page in numbers adds up."""

from hypothesis import given
from hypothesis import strategies as st

from migrator.dashboard.parts import in_order
from migrator.dashboard.rendering import percent
from migrator.model.outcome import Outcome

outcomes = st.dictionaries(st.sampled_from([outcome.value for outcome in Outcome]), st.integers(0, 10**6))


@given(outcomes)
def test_outcomes_are_told_from_best_to_worst(counted: dict[str, int]) -> None:
    """None is left out that there is."""
    told = in_order(counted)
    assert sum(told.values()) == sum(counted.values())
    assert [*told] == [outcome.value for outcome in Outcome if outcome in told]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_hundred_percent_means_that_nothing_is_left(part: int, rest: int) -> None:
    """A run that lacks one node of a million is at 99."""
    assert (percent(part, part + rest) == 100) == (rest == 0)
