"""Losses: what failed and what was skipped, by its cause, with what to do, and what was skipped because of it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrator.reporting.advice import advice_on
from migrator.reporting.model import ErrorForm
from migrator.reporting.notes import SKIPPED, Groups, Notes, Some

#: Causes, and groups of other notes, that a report in a file tells one by one; it counts the others.
TOLD = 50


@dataclass(frozen=True, slots=True)
class Loss:
    """What was lost for one reason.

    Attributes:
        outcome: Whether it failed or was skipped.
        cause: Why.
        advice: What to do about it.
        found: How many there are.
        keys: The first of them, each with what was skipped because of it.
    """

    outcome: str
    cause: str
    advice: str
    found: int
    keys: list[tuple[str, Some]]


def losses_of(notes: Notes) -> list[Loss]:
    """What was lost: what failed, what was skipped, and what was because of something that is not named by then."""
    blocked = Groups(notes.blocked)
    lost = [*_losses("failed", notes.failed, blocked), *_losses("skipped", notes.skipped, blocked)]
    rest = (Loss("skipped", f"blocked by {key}", "", some.found, _alone(some)) for key, some in blocked.items())
    return [*lost, *rest]


def _losses(outcome: str, causes: Mapping[ErrorForm, Some], blocked: Groups) -> Iterator[Loss]:
    for error, some in causes.items():
        cause = error.message if error.type == SKIPPED else f"{error.type}: {error.message}"
        keys = [(key, blocked.pop(key, Some())) for key in some.first]
        yield Loss(outcome, cause, advice_on(error), some.found, keys)


def _alone(some: Some) -> list[tuple[str, Some]]:
    return [(key, Some()) for key in some.first]
