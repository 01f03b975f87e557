"""Outcomes: how it ended for a resource."""

from itertools import permutations

import pytest

from migrator.model.outcome import Outcome, worst


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([Outcome.EXISTS], Outcome.EXISTS),
        ([Outcome.CREATED, Outcome.EXISTS], Outcome.CREATED),
        ([Outcome.CREATED, Outcome.UPDATED], Outcome.UPDATED),
        ([Outcome.CREATED, Outcome.PENDING], Outcome.PENDING),
        ([Outcome.CREATED, Outcome.PENDING, Outcome.SKIPPED], Outcome.SKIPPED),
        ([Outcome.SKIPPED, Outcome.FAILED, Outcome.CREATED], Outcome.FAILED),
    ],
)
def test_a_resource_ends_as_its_worst_node(outcomes: list[Outcome], expected: Outcome) -> None:
    """Invariant 1: a resource of several nodes has one outcome, whichever of them ended last."""
    assert {worst(list(order)) for order in permutations(outcomes)} == {expected}
