"""What is said of a run in a sentence."""

import pytest

from migrator.reporting.model import Counters
from migrator.reporting.saying import title_of, verdict_on
from tests.unit.reporting.forms import run_form

WELL = Counters(discovered=1200, created=1000, exists=200)
SOME_LOST = Counters(discovered=1200, created=1190, skipped=8, failed=2)
UNDER_WAY = Counters(discovered=1200, created=100, pending=1100)


@pytest.mark.parametrize(
    ("fields", "said", "tone"),
    [
        ({"totals": WELL}, "All 1,200 resources are there.", "created"),
        ({"totals": SOME_LOST}, "10 of 1,200 resources did not arrive.", "failed"),
        ({"totals": UNDER_WAY, "state": "running"}, "It has not ended: 100 of 1,200 resources", "skipped"),
        ({"totals": UNDER_WAY, "state": "cancelled"}, "1,100 of 1,200 resources did not arrive.", "failed"),
        ({"totals": WELL, "purpose": "cutover"}, "All 1,200 resources act at the destination now.", "created"),
        ({"totals": SOME_LOST, "purpose": "cutover-back"}, "10 of 1,200 resources were not switched.", "failed"),
        ({"totals": SOME_LOST, "purpose": "rollback"}, "10 of 1,200 resources are not as they were", "failed"),
    ],
)
def test_a_verdict_says_how_it_went(fields: dict[str, object], said: str, tone: str) -> None:
    """Never that it went well while something is missing."""
    verdict = verdict_on(run_form(**fields))

    assert verdict.said.startswith(said)
    assert verdict.tone == tone


def test_a_title_says_from_where_to_where() -> None:
    """By the names of the profiles."""
    assert title_of(run_form(purpose="rollback")) == "Rollback of what came from local to prod"
