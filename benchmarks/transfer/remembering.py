"""A Prefect server that remembers what it was asked; uvicorn runs it in a process of its own.

It is counted here rather than by a proxy, which would take its time from all who are measured.
"""

import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from prefect.server.api.server import create_app

from benchmarks.transfer.asked import MEMORY, Asked

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Remembering:
    """An ASGI application that remembers what another one is asked."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._asked: list[Asked] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, and remember."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == MEMORY:
            await self._tell(send)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        began, status = time.time(), 0

        async def note(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        await self._app(scope, receive, note)
        self._asked.append(Asked(began, time.time() - began, scope["method"], scope["path"], status))

    async def _tell(self, send: Send) -> None:
        asked, self._asked = self._asked, []
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(asked).encode()})


def remembering() -> App:
    """The server."""
    return Remembering(create_app())
