"""Patience: waiting for a condition, never for a time."""

import time
from collections.abc import Callable

#: Seconds between two looks.
LOOK = 0.02


def wait_until(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Wait for a condition to come true.

    Raises:
        TimeoutError: It does not.
    """
    if not came_true(condition, seconds):
        raise TimeoutError(otherwise)


def came_true(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition to come true; whether it did."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK)
    return True
