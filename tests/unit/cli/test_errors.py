"""How a command that went wrong says so: two lines on standard error, an exit code, no traceback."""

import sys
from collections.abc import Callable
from typing import NoReturn

import click
import pytest

from migrator import cli
from migrator.errors import MigratorError, RefusedError
from migrator.exit_codes import ExitCode

Ended = tuple[ExitCode, list[str]]


@pytest.fixture
def migrator(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Runs a command in this process: its exit code, and the lines on standard error."""

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["migrator", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert isinstance(ended.value.code, int)
        shown = capsys.readouterr()
        assert shown.out == ""
        return ExitCode(ended.value.code), shown.err.splitlines()

    return run


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Lets the command `runs` fail."""

    def let_fail(error: BaseException) -> None:
        @click.command("runs")
        def fail() -> NoReturn:
            raise error

        monkeypatch.setattr("migrator.cli.looking.runs", fail)

    return let_fail


def test_a_command_that_there_is_not_suggests_the_one_that_was_meant(migrator: Callable[..., Ended]) -> None:
    """A slip of the finger costs one look."""
    assert migrator("paln") == (
        ExitCode.USAGE,
        ["error: there is no command 'paln'", "  did you mean 'plan'? migrator --help shows all"],
    )


def test_what_resembles_no_command_is_not_guessed_at(migrator: Callable[..., Ended]) -> None:
    """A wrong guess is worse than none."""
    assert migrator("xyzzy")[1][1] == "  migrator --help shows all"


def test_an_option_that_there_is_not_suggests_those_that_were_meant(migrator: Callable[..., Ended]) -> None:
    """And says where all are."""
    code, (what, advice) = migrator("plan", "--form", "local")
    assert code is ExitCode.USAGE
    assert "'--form'" in what
    assert "'--from'" in what
    assert advice == "  migrator plan --help shows how it is used"


def test_without_a_command_the_help_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is what somebody wants who types the name alone."""
    monkeypatch.setattr(sys, "argv", ["migrator"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == ExitCode.USAGE
    shown = capsys.readouterr()
    assert "doctor" in shown.out + shown.err


def test_an_error_of_ours_is_what_happened_and_what_to_do(
    migrator: Callable[..., Ended], failing: Callable[[BaseException], None]
) -> None:
    """With the exit code that scripts rely on."""
    failing(RefusedError("both are the same workspace", "name two"))
    assert migrator("runs") == (ExitCode.REFUSED, ["error: both are the same workspace", "  name two"])


@pytest.mark.parametrize("error", [ValueError("hunter2"), ExceptionGroup("hunter2", [ValueError()])])
def test_a_bug_is_named_as_one_and_shows_nothing_that_it_was_working_with(
    error: Exception, migrator: Callable[..., Ended], failing: Callable[[BaseException], None]
) -> None:
    """Invariant 10: what an unforeseen error says may hold anything. No traceback."""
    failing(error)
    code, lines = migrator("runs")
    assert code is ExitCode.BUG
    assert lines[0] == f"error: a bug of ours, {type(error).__name__}"
    assert "hunter2" not in "".join(lines)
    assert len(lines) == 2


@pytest.mark.parametrize(("error", "code"), [(ValueError(), ExitCode.BUG), (MigratorError("no", "do"), ExitCode.BUG)])
def test_debug_shows_where_an_error_comes_from_and_keeps_its_exit_code(
    error: Exception,
    code: ExitCode,
    migrator: Callable[..., Ended],
    failing: Callable[[BaseException], None],
) -> None:
    """Errors of ours and bugs alike."""
    failing(error)
    ended, lines = migrator("--debug", "runs")
    assert ended is code
    assert lines[0].startswith("Traceback")
    assert lines[-2].startswith("error: ")


@pytest.mark.parametrize(("error", "is_told"), [(KeyboardInterrupt(), True), (click.Abort(), False)])
def test_an_interruption_is_no_error(
    error: BaseException, *, is_told: bool, migrator: Callable[..., Ended], failing: Callable[[BaseException], None]
) -> None:
    """Exit code 130; at a question nothing more needs to be said."""
    failing(error)
    code, said = migrator("runs")
    assert code is ExitCode.INTERRUPTED
    assert ("interrupted" in "".join(said)) is is_told
