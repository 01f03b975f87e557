"""Causes: failures that are alike, what to do about them, and the command that tries them again. Pure."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from migrator.engine.failures import Failure
from migrator.reporting.advice import advice_on
from migrator.reporting.model import ErrorForm

#: Resources of one cause that are named.
SHOWN = 10
#: Resources that a command names; with more of them it is about all that failed.
NAMED = 3


@dataclass
class Cause:
    """Failures that say the same.

    Attributes:
        error: What they say.
        found: How many there are.
        first: The first of them.
    """

    error: ErrorForm
    found: int = 0
    first: list[Failure] = field(default_factory=list)

    @property
    def advice(self) -> str:
        """What to do about it."""
        return advice_on(self.error)

    @property
    def patterns(self) -> list[str]:
        """The keys of the failures, as a command names them; none where there are too many."""
        keys = [*dict.fromkeys(failure.key for failure in self.first)]
        return keys if self.found <= len(self.first) and len(keys) <= NAMED else []

    @property
    def name(self) -> str:
        """What it is called as long as it says the same."""
        return sha256(f"{self.error.type} {self.error.message}".encode()).hexdigest()[:8]

    def retry(self, run: str) -> str:
        """The command that tries them again."""
        return shlex.join(["migrator", "retry", run, *self.patterns])


def causes_of(failures: Iterable[Failure]) -> Sequence[Cause]:
    """Failures by what they say, the most frequent first."""
    causes: dict[tuple[str, str], Cause] = {}
    for failure in failures:
        form = ErrorForm(type=failure.error, message=failure.message)
        cause = causes.setdefault((failure.error, failure.message), Cause(form))
        cause.found += 1
        if len(cause.first) < SHOWN:
            cause.first.append(failure)
    return sorted(causes.values(), key=lambda cause: -cause.found)
