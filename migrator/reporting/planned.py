"""A plan, on a terminal."""

from collections.abc import Mapping, Sequence

from rich.console import Console

from migrator.model.secrets_file import template
from migrator.reporting.causes import show_causes
from migrator.reporting.lines import Page, show_left_behind, show_notes, show_path, table_of
from migrator.reporting.model import RunForm
from migrator.reporting.notes import notes_on

_COLUMNS = {"created": "create", "updated": "update", "exists": "keep", "skipped": "skip", "failed": "fail"}


def show_plan(console: Console, form: RunForm) -> None:
    """What a run would do."""
    page = Page(console, "--json names them all")
    show_path(page, form)
    console.print(table_of(form, _COLUMNS))
    notes = notes_on(form.resources)
    show_causes(page, notes, failed="Would fail", skipped="Cannot go")
    show_notes(page, notes, changed="To be changed:")
    show_left_behind(page, form)
    _show_secrets(page, notes.secrets)
    if form.held:
        page.sentence("Deployments arrive paused and automations disabled (--hold); --live keeps the source's state.")
    page.line(f"Plan {form.plan}", indent=0, style="dim")


def _show_secrets(page: Page, missing: Mapping[str, Sequence[str]]) -> None:
    """All that is missing at once, ready to be pasted."""
    if missing:
        page.sentence(
            "Secrets that the source masks. Write their values into a file, for --secrets FILE:", style="bold"
        )
        page.line(template(missing), indent=0)
