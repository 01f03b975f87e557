"""The demo's workspace, put into a server."""

from typing import Any

from migrator.demo.workspace import fill
from migrator.kinds.kind import Request
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace


async def fill_server(url: str) -> None:
    """Fill the empty workspace at an API's URL."""
    async with Workspace(Profile("demo-source", url), Pressure(1)) as workspace:

        async def request(method: str, path: str, body: Any) -> Any:
            return (await workspace.send(Request(method, path, body)))[1]

        await fill(request)


async def is_filled(url: str) -> bool:
    """Whether the workspace at an API's URL has deployments."""
    async with Workspace(Profile("demo-source", url), Pressure(1)) as workspace:
        return bool((await workspace.send(Request("POST", "/deployments/count", {})))[1])
