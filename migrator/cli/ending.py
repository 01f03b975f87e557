"""The end of a command that carried out a run: what became of it, and the exit code."""

import click

from migrator.cli.console import results
from migrator.exit_codes import ExitCode
from migrator.reporting.model import RunForm
from migrator.reporting.terminal import show_run


def tell(form: RunForm, *, as_json: bool) -> ExitCode:
    """Show a run in the form that was asked for."""
    if as_json:
        click.echo(form.model_dump_json())
    else:
        show_run(results, form)
    return exit_code_of(form)


def exit_code_of(form: RunForm) -> ExitCode:
    """What a run's outcome is to a script."""
    if form.state not in {"finished", "cancelled"}:
        return ExitCode.RESUMABLE
    lost = form.totals.failed + form.totals.skipped + form.totals.pending
    return ExitCode.INCOMPLETE if lost else ExitCode.LANDED
