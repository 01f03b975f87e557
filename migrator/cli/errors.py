"""How a command that went wrong says so: what happened, what to do next, and its exit code."""

import difflib
import sys
import traceback
from dataclasses import dataclass

import click
from click.exceptions import NoArgsIsHelpError

from migrator.errors import MigratorError, UsageError
from migrator.exit_codes import ExitCode


@dataclass(frozen=True)
class Complaint:
    """What is said of an error.

    Attributes:
        what: What happened.
        advice: What to do next.
        code: How the command ends.
    """

    what: str
    advice: str
    code: ExitCode


def complaint_about(error: BaseException) -> Complaint:
    """What there is to say of an error: of ours, of the command line, or a bug."""
    match error:
        case MigratorError():
            return Complaint(error.what, error.advice, error.exit_code)
        case click.ClickException():
            return Complaint(error.format_message(), _where_help_is(error), ExitCode.USAGE)
        case _:
            name = type(error).__name__
            return Complaint(f"a bug of ours, {name}", "migrator --debug … shows where; please report it", ExitCode.BUG)


def _where_help_is(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{context.command_path if context else 'migrator'} --help shows how it is used"


def no_such_command(name: str, commands: list[str]) -> UsageError:
    """The error of a command that there is not, with the one that was meant."""
    nearest = difflib.get_close_matches(name, commands, n=1)
    guess = f"did you mean '{nearest[0]}'? " if nearest else ""
    return UsageError(f"there is no command '{name}'", f"{guess}migrator --help shows all")


def end_with(error: BaseException) -> ExitCode:
    """Say what went wrong, on standard error; with `--debug` also where."""
    match error:
        case KeyboardInterrupt() | click.Abort(__cause__=KeyboardInterrupt()):
            click.echo("interrupted; what has arrived stays, and the same command completes the rest", err=True)
            return ExitCode.INTERRUPTED
        case click.Abort():
            # At a question, which says enough.
            return ExitCode.INTERRUPTED
        case NoArgsIsHelpError():
            error.show()
            return ExitCode.USAGE
    if "--debug" in sys.argv:
        traceback.print_exception(error)
    complaint = complaint_about(error)
    click.echo(f"error: {complaint.what}", err=True)
    if complaint.advice:
        click.echo(f"  {complaint.advice}", err=True)
    return complaint.code
