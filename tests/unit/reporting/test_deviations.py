"""Deviations: what a comparison says, the worst first."""

from migrator.reporting.document.deviations import deviations_of, found_by_key
from migrator.reporting.model import DifferenceForm
from tests.unit.reporting.documents import verification


def test_what_was_not_found_is_not_told() -> None:
    """Nothing was left out here."""
    assert [deviation.what.split(",")[0] for deviation in deviations_of(verification())] == [
        "missing at the destination",
        "different",
        "cannot be compared",
        "only at the destination",
    ]


def test_of_one_resource_the_worst_counts() -> None:
    """It may differ, and be masked elsewhere."""
    masked = [DifferenceForm(key="flow/flow-2", fields=["/data"])]
    found = found_by_key(verification().model_copy(update={"unverifiable": masked}))

    assert found["flow/flow-2"] == "different at /tags, /labels"
    assert found["work-pool/work-3"] == "missing at the destination"
