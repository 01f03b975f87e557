"""Bounds: what a user allows of the destination, whatever it would take."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """At most so much, all workers of a run together.

    Attributes:
        rate: Requests a second; None for any.
        concurrency: Requests in flight; None for any.
    """

    rate: float | None = None
    concurrency: int | None = None

    @classmethod
    def tightest(cls, bounds: Iterable["Bounds"]) -> "Bounds":
        """What satisfies all of them."""
        every = tuple(bounds)
        return cls(
            min((each.rate for each in every if each.rate is not None), default=None),
            min((each.concurrency for each in every if each.concurrency is not None), default=None),
        )


UNBOUNDED = Bounds()
"""As much as the destination takes."""
