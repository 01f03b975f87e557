"""Pages: a list of a workspace, read to its end."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus

from migrator.kinds.kind import Request
from migrator.model.canonical import Body, Json
from migrator.prefect_api.errors import Rejected

#: Rows a page: Prefect's default for PREFECT_SERVER_API_DEFAULT_LIMIT, which is also the most it gives.
PAGE = 200

Ask = Callable[[Request], Awaitable[Json]]
"""Sends a request, and returns what is answered."""


class Pages:
    """The lists of one workspace.

    Args:
        ask: Asks the workspace.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._limit: int | None = PAGE

    async def of(self, request: Request) -> AsyncIterator[list[Body]]:
        """Every page of a list: one that is not full is the last.

        Args:
            request: What asks for the list, without `limit` and `offset`.

        Raises:
            ApiError: A page was not given.
        """
        offset = 0
        while True:
            page = await self._page(request, offset)
            yield page
            offset += len(page)
            if not page or (self._limit is not None and len(page) < self._limit):
                return

    async def _page(self, request: Request, offset: int) -> list[Body]:
        body = {**(request.body or {}), "offset": offset}
        try:
            limited = body if self._limit is None else {**body, "limit": self._limit}
            page: list[Body] = await self._ask(replace(request, body=limited))
        except Rejected as error:
            if error.status != HTTPStatus.UNPROCESSABLE_ENTITY or "limit" not in error.what or self._limit is None:
                raise
            # The server's own limit is lower, and not told: pages end with an empty one.
            self._limit = None
            return await self._page(request, offset)
        return page
