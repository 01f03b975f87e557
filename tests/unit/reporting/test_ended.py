"""What became of a run as a person reads it on a terminal."""

from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from migrator.reporting.advice import advice_on
from migrator.reporting.model import Counters, ErrorForm, ResourceForm, RunForm
from migrator.reporting.notes import SHOWN
from migrator.reporting.terminal.causes import BLOCKED
from migrator.reporting.terminal.ended import show_run
from migrator.reporting.terminal.lines import GROUPS
from tests.unit.reporting.forms import run_form
from tests.unit.reporting.test_planned import STAYS

REFUSED = ErrorForm(type="Rejected", message="422 body.name: too long")


def run_of(form: RunForm, *, width: int = 80, whole: bool = False) -> str:
    """The end of a run as it is shown."""
    shown = StringIO()
    show_run(Console(file=shown, width=width), form, whole=whole)
    return shown.getvalue()


def lost(key: str, error: ErrorForm | None = None, *blocked_by: str) -> ResourceForm:
    """A resource that did not land."""
    outcome = "skipped" if blocked_by else "failed"
    return ResourceForm(
        key=key,
        kind="flow",
        action="create",
        outcome=outcome,
        source_id="1",
        blocked_by=list(blocked_by),
        error=error,
    )


def test_what_stays_is_said_again_when_a_report_is_asked_for() -> None:
    """Not when a run ends that has just shown its plan."""
    assert "1200 flow runs" in run_of(run_form(left_behind=STAYS), whole=True)
    assert "1200 flow runs" not in run_of(run_form(left_behind=STAYS))


def test_failures_stand_under_their_cause_with_what_they_blocked_and_what_to_do() -> None:
    """One cause is one thing to mend, however many it hit."""
    resources = [lost("flow/a", REFUSED), lost("flow/b", REFUSED), lost("deployment/a/x", None, "flow/a")]
    said = run_of(run_form(resources=resources))

    assert (
        "! Failed: Rejected: 422 body.name: too long (2)\n"
        "  flow/a\n"
        "    skipped because of it: deployment/a/x\n"
        "  flow/b\n"
    ) in said
    assert advice_on(REFUSED) in " ".join(said.split())


def test_what_was_skipped_for_something_that_is_not_named_stands_under_that() -> None:
    """As in a plan, where one that is skipped blocks others in turn."""
    chain = [lost("flow/a", None, "work-pool/p"), lost("deployment/a/x", None, "flow/a")]
    said = run_of(run_form(resources=chain))

    assert "! Skipped: blocked by work-pool/p (1)\n  flow/a\n" in said
    assert "! Skipped: blocked by flow/a (1)\n  deployment/a/x\n" in said


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_report_is_as_short_as_it_can_be_read_and_counts_them_all(causes: int, blocked: int) -> None:
    """Of many causes, and of many that one blocked, the first are named, and it is said how many more there are."""
    errors = [ErrorForm(type="Rejected", message=f"cause {number}") for number in range(causes)]
    resources = [lost(f"flow/{number}", error) for number, error in enumerate(errors)]
    resources += [lost(f"deployment/{number}", None, "flow/0") for number in range(blocked if causes else 0)]
    said = run_of(run_form(resources=resources))

    assert said.count("! Failed") == min(causes, GROUPS)
    assert (f"and {causes - GROUPS} more" in said) == (causes > GROUPS)
    if causes:
        assert said.count("skipped because of it") == min(blocked, BLOCKED, SHOWN)
        assert (f"    and {blocked - BLOCKED} more" in said) == (blocked > BLOCKED)


@given(st.integers(1, 200))
def test_no_key_and_no_command_is_ever_broken(length: int) -> None:
    """However narrow the terminal is, what one copies is in one piece."""
    key = f"flow/{'x' * length}"
    form = run_form(run="r" * length, totals=Counters(discovered=1, failed=1), resources=[lost(key, REFUSED)])
    said = run_of(form, width=40)

    assert f"\n  {key}\n" in said
    assert f"\n  migrator retry {form.run}\n" in said
