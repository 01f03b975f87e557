"""The databases of sources: each size is filled once, and once more with one percent on top."""

import asyncio
import re

from benchmarks.transfer.plain_client import PlainClient
from benchmarks.transfer.stage import EMPTY_SOURCE, Databases, serving
from benchmarks.transfer.workspace import fill

#: Requests in flight while a source is filled: as SQLite likes it.
IN_FLIGHT = 1


def source_of(deployments: int) -> str:
    """The database of a source with so many deployments."""
    return f"source_{deployments}"


def grown_source_of(deployments: int) -> str:
    """The database of that source after one percent was added."""
    return f"source_{deployments}_grown"


def filled_by(mover: str, deployments: int) -> str:
    """The database of a destination that has got them."""
    return f"filled_{deployments}_by_{'_'.join(re.findall('[a-z]+', mover))}"


def make_source(databases: Databases, deployments: int) -> None:
    """Fill one."""
    _fill(databases, EMPTY_SOURCE, source_of(deployments), range(deployments))


def make_grown_source(databases: Databases, deployments: int) -> None:
    """Add one percent to what is in one."""
    numbers = range(deployments, deployments + max(1, deployments // 100))
    _fill(databases, source_of(deployments), grown_source_of(deployments), numbers)


def _fill(databases: Databases, origin: str, database: str, numbers: range) -> None:
    databases.copy(origin, database)
    with serving(databases, database) as server:
        asyncio.run(_put_in(server.api_url, numbers))


async def _put_in(api_url: str, numbers: range) -> None:
    async with PlainClient(api_url, IN_FLIGHT) as client:
        await fill(client, numbers)
