"""A plan as a person reads it on a terminal."""

from io import StringIO
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from migrator.reporting.model import ErrorForm, EstimateForm, LeftBehindForm, ResourceForm, RunForm
from migrator.reporting.terminal.named import NAMED
from migrator.reporting.terminal.planned import show_plan
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


def test_the_command_that_runs_it_is_the_last_line() -> None:
    """Whatever else there is to say; where a question follows there is none."""
    form = run_form(left_behind=STAYS, estimate=EstimateForm(requests=160, seconds=75))
    command = f"migrator run --from local --to prod --expect-plan {form.plan}"

    assert plan_of(form, command=command).splitlines()[-1] == f"  {command}"
    assert plan_of(form).splitlines()[-1] == f"Plan {form.plan}"
    assert "some 160 requests to prod, some 1 min 15 s." in plan_of(form)


def flow(number: int, action: str = "create", **fields: Any) -> ResourceForm:
    """A flow of a plan."""
    return ResourceForm(key=f"flow/{number}", kind="flow", action=action, source_id="1", **fields)


@given(st.integers(0, 9), st.integers(0, 9))
def test_the_first_of_each_kind_are_named_and_the_others_counted(created: int, updated: int) -> None:
    """With the fields that change; what stays as it is needs no name."""
    resources = [flow(number) for number in range(created)]
    resources += [flow(number, "update", changes=["tags"]) for number in range(updated)]
    resources += [flow(99, "exists")]
    said = plan_of(run_form(run=None, resources=resources))

    assert said.count("  + flow/") == min(created, NAMED)
    assert said.count("  ~ flow/") == said.count("      ~ tags\n") == min(updated, NAMED)
    assert (f"and {created - NAMED} more to create" in said) == (created > NAMED)
    assert "flow/99" not in said


def test_a_detailed_plan_names_every_resource_with_what_will_happen_to_it() -> None:
    """Also what exists, and where it differs; and why something cannot go."""
    resources = [flow(number) for number in range(NAMED + 1)]
    resources += [flow(50, "exists", differences=["/tags"])]
    resources += [flow(51, "skip", error=ErrorForm(type="Skipped", message="it refers to nothing"))]
    said = plan_of(run_form(run=None, resources=resources), detailed=True)

    assert said.count("  + create  flow/") == NAMED + 1
    assert "  = keep    flow/50\n      differs at /tags\n" in said
    assert "  ! skip    flow/51\n      it refers to nothing\n" in said


def plan_of(form: RunForm, **how: Any) -> str:
    """A plan as it is shown."""
    shown = StringIO()
    show_plan(Console(file=shown, width=80), form, **how)
    return shown.getvalue()
