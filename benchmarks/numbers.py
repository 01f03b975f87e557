"""How figures are spelled: the median of the rounds, and how far they lie apart."""

from collections.abc import Sequence
from statistics import median


def figure(values: Sequence[float]) -> str:
    """The median, with the lowest and the highest behind it where they differ."""
    if min(values) == max(values):
        return number(values[0])
    return f"{number(median(values))} ({number(min(values))} to {number(max(values))})"


def number(value: float) -> str:
    """Three figures that matter."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three figures
