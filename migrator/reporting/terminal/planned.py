"""A plan, on a terminal: what will be created and changed, what cannot go and why, and what it will take."""

from collections.abc import Mapping, Sequence

from rich.console import Console

from migrator.model.secrets_file import template
from migrator.reporting.model import RunForm
from migrator.reporting.moments import estimate
from migrator.reporting.notes import notes_on
from migrator.reporting.terminal.causes import show_causes
from migrator.reporting.terminal.lines import Page, show_left_behind, show_notes, show_path, table_of
from migrator.reporting.terminal.named import show_every, show_some

_COLUMNS = {"created": "create", "updated": "update", "exists": "keep", "skipped": "skip", "failed": "fail"}


def show_plan(console: Console, form: RunForm, *, detailed: bool = False, command: str = "") -> None:
    """What a run would do.

    Args:
        console: Where to show it.
        form: The plan.
        detailed: Every resource by name, not only the first.
        command: What to type to let it happen; empty where that is asked next.
    """
    page = Page(console, "plan --detailed names them all")
    show_path(page, form)
    page.gap()
    console.print(table_of(form, _COLUMNS))
    page.gap()
    (show_every if detailed else show_some)(page, form.resources)
    notes = notes_on(form.resources)
    show_causes(page, notes, failed="Would fail", skipped="Cannot go")
    show_notes(page, notes)
    show_left_behind(page, form)
    _show_secrets(page, notes.secrets)
    page.gap()
    _show_end(page, form, command)


def _show_secrets(page: Page, missing: Mapping[str, Sequence[str]]) -> None:
    """All that is missing at once, ready to be pasted."""
    if missing:
        page.sentence(
            "Secrets that the source masks. Write their values into a file, for --secrets FILE:", style="bold"
        )
        page.line(template(missing).rstrip("\n"), indent=0)


def _show_end(page: Page, form: RunForm, command: str) -> None:
    """What it will take, and what to type."""
    if form.held:
        page.sentence("Deployments arrive paused and automations disabled (--hold); --live keeps the source's state.")
    if form.estimate and form.estimate.requests:
        time = estimate(form.estimate.seconds)
        page.sentence(f"It takes some {form.estimate.requests} requests to {form.destination.profile}, some {time}.")
    page.line(f"Plan {form.plan}", indent=0, style="dim")
    if command:
        page.sentence("Let exactly this happen:")
        page.line(command)
