"""Cancellation: one that was lost is found."""

import asyncio


def raise_if_cancelled() -> None:
    """Raise a cancellation that was lost; whatever loops over calls of Redis asks, once a turn.

    Before Python 3.12 `asyncio.wait_for`, with which redis-py sends, loses one that comes when what it waits for is
    done already (CPython issue 86296); the task still counts it.

    Raises:
        asyncio.CancelledError: This task was asked to end.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
