"""Versions of Prefect, and what they can be."""

import pytest

from migrator.errors import RefusedError
from migrator.prefect_api.contact import Side, refuse_source_only
from migrator.prefect_api.versions import can_be_written_to, numbers_of, was_tested


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("3.8.8", (3, 8, 8)), ("3.4.14.dev2", (3, 4, 14)), ("3.5+7.gabc", (3, 5, 0)), ("cloud", ()), ("", ())],
)
def test_a_version_is_known_by_its_numbers(version: str, numbers: tuple[int, ...]) -> None:
    """What is behind them says how it was built."""
    assert numbers_of(version) == numbers


@pytest.mark.parametrize(("version", "can"), [("2.20.25", False), ("3.0.0", True), ("10.1.0", True), ("cloud", True)])
def test_prefect_2_is_not_written_to(version: str, can: bool) -> None:  # noqa: FBT001
    """What tells no number is taken to be current."""
    assert can_be_written_to(version) is can


@pytest.mark.parametrize(
    ("version", "was"), [("2.19.0", False), ("2.20.25", True), ("3.6.29", True), ("3.8.9", False), ("cloud", False)]
)
def test_what_lies_between_what_was_run_counts_as_tested(version: str, was: bool) -> None:  # noqa: FBT001
    """What is newer or older may go well, and is said to be untested."""
    assert was_tested(version) is was


def test_a_destination_of_prefect_2_is_refused_by_name() -> None:
    """With the version that it has, and the two ways out."""
    with pytest.raises(RefusedError, match=r"profile 'old' .* 2\.20\.25") as caught:
        refuse_source_only(Side("old", "http://old/api", "2.20.25", "1"))
    assert "upgrade" in caught.value.advice
