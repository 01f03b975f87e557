"""Findings: what they add up to."""

from migrator.errors import RefusedError, UsageError
from migrator.exit_codes import ExitCode
from migrator.model.finding import fine, warning, worst, wrong


def test_warnings_end_with_success() -> None:
    """A run would go on in spite of them."""
    assert (
        worst([fine("here", "settings", "all well"), warning("redis", "reachable", "slow", "move")]) is ExitCode.LANDED
    )


def test_nothing_found_is_nothing_wrong() -> None:
    """There is no worst of none."""
    assert worst([]) is ExitCode.LANDED


def test_the_highest_code_is_that_of_all() -> None:
    """What is refused is no better when what was misspelled is corrected."""
    findings = [wrong("source", "profile", UsageError("a", "b")), wrong("redis", "policy", RefusedError("c", "d"))]
    assert worst(findings) is ExitCode.REFUSED
