"""The end of a command that carried out a run: what became of it, and the exit code."""

from migrator.cli.console import print_pieces, results
from migrator.exit_codes import ExitCode
from migrator.reporting.model import RunForm
from migrator.reporting.terminal.ended import show_run
from migrator.reporting.writing import json_of


def tell(form: RunForm, *, as_json: bool) -> ExitCode:
    """Show a run in the form that was asked for."""
    if as_json:
        print_pieces(json_of(form), "\n")
    else:
        show_run(results, form)
    return exit_code_of(form)


def exit_code_of(form: RunForm) -> ExitCode:
    """What a run's outcome is to a script."""
    if form.state not in {"finished", "cancelled"}:
        return ExitCode.RESUMABLE
    return ExitCode.INCOMPLETE if form.totals.lost else ExitCode.LANDED
