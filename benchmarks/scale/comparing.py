"""Fleets side by side: what they are called, and which of them the others are compared with."""

from benchmarks.form import ContestForm


def processes_called(number: int) -> str:
    """What a rival is called that has so many."""
    return "1 worker process" if number == 1 else f"{number} worker processes"


def best_first(held: ContestForm) -> ContestForm:
    """The best of those that are fixed is the one that others are compared with."""
    fixed = [rival for rival in held.rivals if "fixed" in rival.name]
    best = max(fixed, key=lambda rival: rival.series[0].median)
    return held.model_copy(update={"rivals": [best, *(rival for rival in held.rivals if rival is not best)]})
