"""Server-sent events (HTML Living Standard, 9.2): the parts of a run's page that have changed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing

import orjson

from migrator.dashboard.lookout import Lookouts

#: ms until a browser asks again after it has lost its stream.
RETRY_MS = 2000
#: What is sent where nothing has changed; browsers drop it.
_HEARTBEAT = ": it is still there\n\n"
_END = "event: end\ndata: \n\n"


async def events(lookouts: Lookouts, run_id: str) -> AsyncIterator[str]:
    """What a viewer of a run is sent, until the run has ended or the page closes."""
    yield f"retry: {RETRY_MS}\n\n"
    async with lookouts.at(run_id) as lookout, aclosing(lookout.changes()) as changes:
        async for changed in changes:
            yield event_of(changed) if changed else _HEARTBEAT
        if lookout.over:
            yield _END


def event_of(parts: Mapping[str, str]) -> str:
    """The parts as one event: JSON is one line."""
    return f"event: parts\ndata: {orjson.dumps(parts).decode()}\n\n"
