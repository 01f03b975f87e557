"""A plan as a person reads it on a terminal."""

from io import StringIO

from rich.console import Console

from migrator.reporting.model import LeftBehindForm, ResourceForm, RunForm
from migrator.reporting.planned import show_plan
from tests.unit.reporting.forms import run_form

STAYS = [
    LeftBehindForm(what="flow runs", found=1200, advice="keep it readable"),
    LeftBehindForm(what="artifacts", found=0, advice="write new ones"),
    LeftBehindForm(what="results", found=None, advice="reach their storage"),
]


def test_what_stays_is_a_line_each() -> None:
    """What is there or cannot be counted; what is not there is not worth a word."""
    said = plan_of(run_form(left_behind=STAYS))

    assert "stays at local\n  1200 flow runs: keep it readable\n  results: reach their storage\n" in said
    assert "artifacts" not in said


def test_missing_secrets_can_be_pasted() -> None:
    """However narrow the terminal is, no line is broken."""
    key = f"block-document/aws-credentials/{'x' * 90}"
    secrets = ["/data/a/b", "/data/c"]
    document = ResourceForm(key=key, kind="block-document", action="skip", source_id="1", secrets=secrets)

    assert f"\n{key}:\n  a.b:\n  c:\n" in plan_of(run_form(resources=[document]))


def test_the_plans_digest_is_the_last_line() -> None:
    """Whatever else there is to say."""
    form = run_form(left_behind=STAYS)

    assert plan_of(form).splitlines()[-1] == f"Plan {form.plan}"


def plan_of(form: RunForm) -> str:
    """A plan as it is shown."""
    shown = StringIO()
    show_plan(Console(file=shown, width=80), form)
    return shown.getvalue()
