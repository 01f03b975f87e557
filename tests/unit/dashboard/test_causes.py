"""Failures by cause: what they say, what to do, and the command that tries them again."""

import shlex

from hypothesis import given
from hypothesis import strategies as st

from migrator.dashboard.causes import NAMED, SHOWN, causes_of
from migrator.engine.failures import Failure
from migrator.reporting.advice import advice_on
from migrator.reporting.model import ErrorForm

failures = st.lists(
    st.builds(
        Failure,
        node=st.integers(0, 99),
        resource=st.integers(0, 99),
        key=st.sampled_from(["flow/a", "deployment/a/b c", "automation/day#2", "variable/it's"]),
        error=st.sampled_from(["Rejected", "Denied"]),
        message=st.sampled_from(["", "name: too long"]),
    ),
    max_size=30,
)


@given(failures)
def test_every_failure_has_one_cause(found: list[Failure]) -> None:
    """They add up, and the most frequent stands first."""
    counted = [cause.found for cause in causes_of(found)]
    assert sum(counted) == len(found)
    assert counted == sorted(counted, reverse=True)


@given(failures)
def test_causes_say_different_things(found: list[Failure]) -> None:
    """And each has the advice that every other report gives, and names a few of its resources."""
    causes = causes_of(found)
    assert len({(cause.error.type, cause.error.message) for cause in causes}) == len(causes)
    assert all(cause.advice == advice_on(cause.error) for cause in causes)
    assert all(len(cause.first) == min(cause.found, SHOWN) for cause in causes)


@given(failures)
def test_its_command_is_ready_to_be_typed(found: list[Failure]) -> None:
    """A shell hands on the keys as they are, those with spaces, quotes and number signs too."""
    for cause in causes_of(found):
        words = shlex.split(cause.retry("a-run"), comments=True)
        assert words[:3] == ["migrator", "retry", "a-run"]
        keys = {
            failure.key for failure in found if ErrorForm(type=failure.error, message=failure.message) == cause.error
        }
        assert set(words[3:]) in ({*()}, keys)
        assert len(words[3:]) <= NAMED
