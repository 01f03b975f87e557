"""Counting: resources by kind and outcome. Pure."""

from collections import Counter
from collections.abc import Iterable

from migrator.kinds import KINDS
from migrator.model.outcome import Outcome
from migrator.reporting.model import Counters


def count(outcomes: Iterable[tuple[str, Outcome]]) -> tuple[Counters, dict[str, Counters]]:
    """Totals, and the same by kind, in the order of reports.

    Args:
        outcomes: Of each resource, its kind and its outcome.
    """
    by_kind: dict[str, Counter[Outcome]] = {}
    for kind, outcome in outcomes:
        by_kind.setdefault(kind, Counter())[outcome] += 1
    totals = sum(by_kind.values(), Counter[Outcome]())
    return _counters(totals), {kind.name: _counters(by_kind[kind.name]) for kind in KINDS if kind.name in by_kind}


def _counters(counted: Counter[Outcome]) -> Counters:
    return Counters(discovered=counted.total(), **{outcome.value: number for outcome, number in counted.items()})
