"""Ringing: others hear of work that they could do, soon, and seldom enough to cost nothing."""

import time

import pytest

from migrator.engine.doorbell import BATCH
from workers.ringing import RING_AGAIN, RING_EVERY, Ringing


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> "_Rings":
    """A slice's ringing, on a clock that stands still until a test moves it."""
    return _Rings(monkeypatch)


class _Rings:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = 1000.0
        self._ringing = Ringing()
        monkeypatch.setattr(time, "monotonic", lambda: self._now)

    def after(self, seconds: float, batches: int, *, is_heard: bool = True) -> bool:
        """Whether it rings, so much later, with so many batches left to others."""
        self._now += seconds * 1.001  # what is due at a moment is not missed by the last bit
        due = self._ringing.is_due(batches * BATCH)
        if due and is_heard:
            self._ringing.was_heard(batches * BATCH)
        return due


def test_it_rings_at_once_for_the_first_batch(rings: _Rings) -> None:
    """A part of one is one, and nothing is none."""
    assert [Ringing().is_due(nodes) for nodes in (0, 1, BATCH)] == [False, True, True]
    assert [rings.after(0.0, batches) for batches in (0, 1)] == [False, True]


def test_it_rings_for_more_than_before(rings: _Rings) -> None:
    """For as much or less it was rung already; others come and take it."""
    assert [rings.after(RING_EVERY, batches) for batches in (2, 2, 1, 3)] == [True, False, False, True]


def test_it_rings_again_when_there_is_more_after_less(rings: _Rings) -> None:
    """Who took the first batches may be done with them."""
    assert [rings.after(RING_EVERY, batches) for batches in (3, 0, 2)] == [True, False, True]


def test_it_does_not_ring_at_every_claim(rings: _Rings) -> None:
    """What grows from claim to claim is rung for together."""
    assert [rings.after(RING_EVERY / 4, batches) for batches in range(1, 9)] == [True, *[False] * 3] * 2


def test_it_rings_again_while_there_is_work(rings: _Rings) -> None:
    """Others may have come to the end of their slices meanwhile."""
    assert [rings.after(RING_AGAIN / 2, 2) for _ in range(5)] == [True, False, True, False, True]


def test_a_bell_that_was_not_heard_is_repeated(rings: _Rings) -> None:
    """Redis was away for a moment: nobody knows of the work yet."""
    assert rings.after(0.0, 2, is_heard=False)
    assert rings.after(RING_EVERY, 2)
    assert not rings.after(RING_EVERY, 2)
