"""Where a run stands, as a person reads it on a terminal."""

from io import StringIO

from rich.console import Console

from migrator.reporting.model import StatusForm
from migrator.reporting.next_steps import Step
from migrator.reporting.terminal.looking import show_status
from tests.unit.docs.pages import examples, page


def test_a_status_shows_each_kind_and_what_failed_last() -> None:
    """The one that the documentation shows in its machine form."""
    form = StatusForm.model_validate_json(examples(page("reference/machine-forms.md"), "json")[2])
    shown = StringIO()
    show_status(Console(file=shown, width=80), form, [Step("Follow it:", "migrator watch last")])
    said = shown.getvalue()

    assert "213 of 230" in said
    assert "2 failed" in said
    assert "Failed last\n  variable/region: 422 value: …\n" in said
    assert "\nFollow it:\n  migrator watch last\n" in said
