"""Counting: resources by kind and outcome. Pure."""

from collections import Counter
from collections.abc import Iterable

from migrator.kinds import KINDS
from migrator.model.outcome import Outcome
from migrator.reporting.model import Counters


class Tally:
    """Counts resources as they come."""

    def __init__(self) -> None:
        self._by_kind: dict[str, Counter[Outcome]] = {}

    def count(self, kind: str, outcome: Outcome) -> None:
        """Count one."""
        self._by_kind.setdefault(kind, Counter())[outcome] += 1

    @property
    def totals(self) -> Counters:
        """How many ended in each way."""
        return counters(sum(self._by_kind.values(), Counter[Outcome]()))

    @property
    def kinds(self) -> dict[str, Counters]:
        """The same by kind, in the order of reports."""
        return {kind.name: counters(self._by_kind[kind.name]) for kind in KINDS if kind.name in self._by_kind}


def count(outcomes: Iterable[tuple[str, Outcome]]) -> tuple[Counters, dict[str, Counters]]:
    """Totals, and the same by kind.

    Args:
        outcomes: Of each resource, its kind and its outcome.
    """
    tally = Tally()
    for kind, outcome in outcomes:
        tally.count(kind, outcome)
    return tally.totals, tally.kinds


def counters(counted: Counter[Outcome]) -> Counters:
    """What was counted, in its machine form."""
    return Counters(discovered=counted.total(), **{outcome.value: number for outcome, number in counted.items()})
