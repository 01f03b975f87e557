"""A plain client of one workspace: it sends what it is given, and knows nothing."""

import asyncio
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from types import TracebackType
from typing import Self

import aiohttp
import orjson
from yarl import URL

from migrator.kinds.kind import Request
from migrator.model.canonical import Json

#: Seconds before a server that is too busy is asked again.
PAUSE = 0.1
#: How often a conflict is put down to others. A server without a key for secrets makes one for its first document; of
#: two at the same time, it refuses one.
CONFLICTS = 3


class PlainClient:
    """A client.

    Args:
        api_url: Where the workspace is.
        in_flight: How many requests it has under way at the most.
    """

    def __init__(self, api_url: str, in_flight: int) -> None:
        self._api_url = api_url
        self._in_flight = in_flight

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(headers={"Content-Type": "application/json"}, connector=connector)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._session.close()

    async def send_all(self, requests: Iterable[Request]) -> list[Json]:
        """Send requests, in any order; returns their answers in theirs."""
        numbered = enumerate(requests)
        answers: dict[int, Json] = {}
        async with asyncio.TaskGroup() as group:
            for _ in range(self._in_flight):
                group.create_task(self._send_some(numbered, answers))
        return [answers[number] for number in range(len(answers))]

    async def send(self, request: Request) -> Json:
        """Send one request, again and again where the server is too busy.

        Raises:
            aiohttp.ClientResponseError: It refuses.
            aiohttp.ClientConnectorError: It is not there.
        """
        conflicts = 0
        while True:
            try:
                return await self._send_once(request)
            except _Busy:
                await asyncio.sleep(PAUSE)
            except aiohttp.ClientResponseError as error:
                conflicts += 1
                if error.status != HTTPStatus.CONFLICT or conflicts > CONFLICTS:
                    raise
            except aiohttp.ClientConnectorError:
                raise
            except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
                # Where something fails behind an answer, as a locked database does, the server drops the connection.
                continue

    async def _send_once(self, request: Request) -> Json:
        url, data = URL(self._api_url + request.path, encoded=True), orjson.dumps(request.body)
        async with self._session.request(request.method, url, data=data) as response:
            if response.status == HTTPStatus.SERVICE_UNAVAILABLE:
                raise _Busy
            response.raise_for_status()
            text = await response.read()
            return orjson.loads(text) if text else None

    async def _send_some(self, numbered: Iterator[tuple[int, Request]], answers: dict[int, Json]) -> None:
        for number, request in numbered:
            answers[number] = await self.send(request)


class _Busy(Exception):
    """The server has too much to do."""
