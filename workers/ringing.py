"""When a slice rings for others: when they could do more batches than before, or could do some for a while."""

import math
import time

from migrator.engine.doorbell import BATCH

#: Seconds between two bells that a slice rings: each costs it four round trips.
RING_EVERY = 0.05
#: Seconds after which it rings again while there is work for others: they may have come to their end of it meanwhile.
RING_AGAIN = 1.0


class Ringing:
    """What one slice has rung for."""

    def __init__(self) -> None:
        self._at = -math.inf
        self._batches = 0

    def is_due(self, nodes: int) -> bool:
        """Whether to ring, with so many nodes left to others."""
        batches, since = math.ceil(nodes / BATCH), time.monotonic() - self._at
        due = (batches > self._batches and since >= RING_EVERY) or (batches > 0 and since >= RING_AGAIN)
        self._batches = min(self._batches, batches)
        if due:
            self._at = time.monotonic()
        return due

    def was_heard(self, nodes: int) -> None:
        """Redis has the bells; if it was away, they are due again."""
        self._batches = math.ceil(nodes / BATCH)
