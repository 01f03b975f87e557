"""Losses: each is under its cause, and what was skipped because of it right below it."""

from migrator.reporting.losses import losses_of
from migrator.reporting.model import ErrorForm, ResourceForm
from migrator.reporting.notes import notes_on
from tests.unit.reporting.documents import resource

REJECTED = ErrorForm(type="Rejected", message="422 name")


def lost(*resources: ResourceForm) -> list[tuple[str, str, int, list[tuple[str, list[str]]]]]:
    """What was lost, as plain values."""
    losses = losses_of(notes_on(resources))
    return [(one.outcome, one.cause, one.found, [(key, some.first) for key, some in one.keys]) for one in losses]


def test_failures_of_one_cause_are_one() -> None:
    """With what each has blocked."""
    assert lost(
        resource("flow/a", outcome="failed", error=REJECTED),
        resource("flow/b", outcome="failed", error=REJECTED),
        resource("deployment/b/x", outcome="skipped", blocked_by=["flow/b"]),
    ) == [("failed", "Rejected: 422 name", 2, [("flow/a", []), ("flow/b", ["deployment/b/x"])])]


def test_what_was_blocked_by_something_unnamed_is_told_by_itself() -> None:
    """It is not lost in silence."""
    assert lost(resource("deployment/b/x", outcome="skipped", blocked_by=["flow/gone"])) == [
        ("skipped", "blocked by flow/gone", 1, [("deployment/b/x", [])])
    ]


def test_every_cause_has_advice() -> None:
    """What one may do about it."""
    assert losses_of(notes_on([resource("flow/a", outcome="failed", error=REJECTED)]))[0].advice
