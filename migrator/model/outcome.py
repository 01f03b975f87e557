"""Outcomes: how it ended for a resource. Every one that was discovered has exactly one (invariant 1)."""

from enum import StrEnum


class Outcome(StrEnum):
    """How it ended, from best to worst."""

    EXISTS = "exists"
    CREATED = "created"
    UPDATED = "updated"
    SWITCHED = "switched"
    """It acts on the other side now."""
    REMOVED = "removed"
    RESTORED = "restored"
    PENDING = "pending"
    """Its run has not finished."""
    SKIPPED = "skipped"
    FAILED = "failed"


def worst(outcomes: list[Outcome]) -> Outcome:
    """The outcome of a resource whose nodes ended in different ways."""
    order = list(Outcome)
    return max(outcomes, key=order.index)
