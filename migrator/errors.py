"""What can go wrong, each with what happened, what to do about it, and the exit code it ends with."""

from typing import ClassVar

from migrator.exit_codes import ExitCode


class MigratorError(Exception):
    """The root of every error that a user is meant to read.

    Args:
        what: What happened, naming the thing it happened to. Never a value of a resource or a credential.
        advice: What to do next; what the class says if it is not given.

    Attributes:
        exit_code: How a command ends because of it.
        usual_advice: What to do next about every error of the class.
    """

    exit_code = ExitCode.BUG
    usual_advice: ClassVar[str] = ""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice or self.usual_advice


class UsageError(MigratorError):
    """Wrong usage or settings: nothing was tried."""

    exit_code = ExitCode.USAGE


class UnreachableError(MigratorError):
    """A workspace or Redis cannot be reached, or refuses the credentials."""

    exit_code = ExitCode.UNREACHABLE


class RefusedError(MigratorError):
    """Refused for safety, or declined: going on could do harm."""

    exit_code = ExitCode.REFUSED


class InterruptedByUserError(MigratorError):
    """Ctrl-C, where something can be said about what it interrupted."""

    exit_code = ExitCode.INTERRUPTED


class ResumableError(MigratorError):
    """The run has not ended, and can be taken up again."""

    exit_code = ExitCode.RESUMABLE
