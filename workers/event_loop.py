"""Dramatiq's event loop, on which all that a worker process does is done."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future

from dramatiq.asyncio import get_event_loop_thread


def on_the_loop(coroutine: Coroutine[None, None, None]) -> Future[None]:
    """Start a coroutine beside the actors."""
    thread = get_event_loop_thread()
    if thread is None:
        raise RuntimeError("dramatiq's AsyncIO middleware has not been added")
    return asyncio.run_coroutine_threadsafe(coroutine, thread.loop)
