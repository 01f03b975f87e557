"""What to type next, wherever a run is looked at."""

import pytest

from migrator.reporting.model import Counters
from migrator.reporting.next_steps import next_steps
from tests.unit.reporting.forms import run_form


@pytest.mark.parametrize(
    ("state", "failed", "commands"),
    [
        ("running", 1, ["watch"]),
        ("paused", 1, ["resume"]),
        ("finished", 0, ["report", "verify", "cutover"]),
        ("finished", 1, ["report", "retry", "run"]),
        ("cancelled", 1, ["report", "run"]),
    ],
)
def test_who_has_seen_counts_alone_is_told_of_the_report(state: str, failed: int, commands: list[str]) -> None:
    """Once there is something to report; else it is the same as at the end of a run."""
    form = run_form(state=state, totals=Counters(failed=failed))
    steps = next_steps(form, reported=False)
    assert [step.command.split()[1] for step in steps] == commands
    assert [step for step in steps if "report" not in step.command] == next_steps(form)
