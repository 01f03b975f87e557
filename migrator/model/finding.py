"""What a check has found: what was looked at, how it is, why, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from migrator.errors import MigratorError
from migrator.exit_codes import ExitCode


class Verdict(StrEnum):
    """How what was looked at is."""

    FINE = "fine"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: What it belongs to: here, source, destination, redis or workers.
        check: What was looked at.
        verdict: How it is.
        reason: What is so.
        advice: How to mend it.
        code: The exit code with which a run would end because of it.
    """

    subject: str
    check: str
    verdict: Verdict
    reason: str
    advice: str = ""
    code: ExitCode = ExitCode.LANDED


def fine(subject: str, check: str, reason: str) -> Finding:
    """Nothing is wrong with it."""
    return Finding(subject, check, Verdict.FINE, reason)


def warning(subject: str, check: str, reason: str, advice: str) -> Finding:
    """A run would go on, but somebody should know."""
    return Finding(subject, check, Verdict.WARNING, reason, advice)


def wrong(subject: str, check: str, error: MigratorError) -> Finding:
    """A run would end with this error."""
    return Finding(subject, check, Verdict.WRONG, error.what, error.advice, error.exit_code)


def worst(findings: Iterable[Finding]) -> ExitCode:
    """The exit code of the worst: the highest, for the higher it is the less a mere repetition helps."""
    return max((finding.code for finding in findings), default=ExitCode.LANDED)
