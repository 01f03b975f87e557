"""Draining: a worker process has been asked to end. Nothing is claimed any more; what is in flight has some time."""

import time

#: Seconds of the grace that are kept for telling Redis what was given back.
LAST_WORDS = 2.0


class Drain:
    """Whether this process drains, and for how long what is in flight may go on.

    Args:
        grace: Seconds from the beginning to the end.
    """

    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._over_at: float | None = None

    def begin(self) -> None:
        """Drain from now on."""
        self._over_at = time.monotonic() + max(0.0, self._grace - LAST_WORDS)

    @property
    def has_begun(self) -> bool:
        """Whether nothing is to be begun any more."""
        return self._over_at is not None

    @property
    def is_over(self) -> bool:
        """Whether what is still in flight is to be given back."""
        return self._over_at is not None and time.monotonic() >= self._over_at
