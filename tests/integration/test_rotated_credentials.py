"""Credentials that are rotated while requests are under way: no restart, and nothing fails for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

import pytest
from aiohttp import web

from migrator.engine.record import LedgerLine
from migrator.engine.scripts import Verdict
from migrator.kinds.kind import Request
from migrator.model.plan import Step
from migrator.prefect_api.errors import Denied, LockedOut
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import read_profile
from migrator.prefect_api.workspace import Workspace
from workers.attempt import attempt
from workers.job import Job

T = TypeVar("T")


class Guarded:
    """A server that lets in who shows the key, and remembers what it was shown.

    Attributes:
        key: The one that is good.
        shown: All that were shown.
        closed: What nobody may ask for, whatever key they have.
    """

    def __init__(self) -> None:
        self.key = "first"
        self.shown: list[str] = []
        self.closed = ""
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Let in, or not."""
        self.shown.append(request.headers.get("Authorization", "").removeprefix("Bearer "))
        await asyncio.sleep(0.01)
        if self.shown[-1] != self.key or request.path == self.closed:
            return web.json_response({"detail": "who are you?"}, status=HTTPStatus.UNAUTHORIZED)
        return web.json_response({"id": "there"}, status=HTTPStatus.CREATED)


@asynccontextmanager
async def _serving() -> AsyncIterator[Guarded]:
    server, app = Guarded(), web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    try:
        yield server
    finally:
        await runner.cleanup()


class Mounted:
    """The credential files of one profile, as a cluster mounts them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        (directory / "prod").mkdir()

    def write(self, file: str, value: str) -> None:
        """Another value from now on."""
        (self._directory / "prod" / file).write_text(f"{value}\n")

    def workspace(self) -> Workspace:
        """A client that reads them."""
        profile = partial(read_profile, "prod", profiles_path=self._directory / "none", credentials_dir=self._directory)
        return Workspace(profile(), Pressure(16), reread=profile)


@pytest.fixture
def mounted(tmp_path: Path) -> Mounted:
    """With the first key in it."""
    files = Mounted(tmp_path)
    files.write("api-key", "first")
    return files


def _with_a_client(mounted: Mounted, use: Callable[[Guarded, Workspace], Awaitable[T]]) -> T:
    """Use a client that was let in before."""

    async def session() -> T:
        async with _serving() as server:
            mounted.write("url", server.url)
            async with mounted.workspace() as workspace:
                await workspace.get("/hello")
                return await use(server, workspace)

    return asyncio.run(session())


def test_requests_that_are_under_way_get_through_with_the_new_key(mounted: Mounted) -> None:
    """All of them, also those that were refused after another one had read it."""

    async def rotate(server: Guarded, workspace: Workspace) -> None:
        under_way = [asyncio.create_task(workspace.get(f"/{number}")) for number in range(40)]
        await asyncio.sleep(0.02)
        server.key = "second"
        mounted.write("api-key", "second")
        await asyncio.gather(*under_way)
        assert not workspace.is_locked_out

    _with_a_client(mounted, rotate)


def test_a_profile_that_leads_elsewhere_by_now_is_not_followed(mounted: Mounted) -> None:
    """Invariant 11: what was checked to be the workspace of the run is what gets the key."""

    async def redirect(server: Guarded, workspace: Workspace) -> None:
        async with _serving() as other:
            server.key = other.key = "second"
            mounted.write("api-key", "second")
            mounted.write("url", other.url)
            with pytest.raises(LockedOut):
                await workspace.get("/thing")
            assert "second" not in other.shown + server.shown

    _with_a_client(mounted, redirect)


def test_who_is_locked_out_waits_for_other_credentials(mounted: Mounted) -> None:
    """Invariant 13: a node fails for that no more than for a server that is down, and is not charged for it."""

    async def wait(server: Guarded, workspace: Workspace) -> None:
        server.key = "second"
        line = LedgerLine(key="variable/a", action="create", source_id="a", digest="")
        job = Job(node=0, step=Step.CREATE, attempts=0, line=line, body={"name": "a", "value": 1})
        assert (await attempt(job, workspace)).verdict is Verdict.RELEASE
        assert workspace.is_locked_out
        with pytest.raises(LockedOut):
            await workspace.probe()
        mounted.write("api-key", "second")
        await workspace.probe()
        assert not workspace.is_locked_out
        assert (await attempt(job, workspace)).verdict is Verdict.DONE

    _with_a_client(mounted, wait)


def test_what_alone_is_refused_is_denied(mounted: Mounted) -> None:
    """Waiting would not help: everything else is answered."""

    async def ask(server: Guarded, workspace: Workspace) -> None:
        server.closed = "/api/secret"
        with pytest.raises(Denied):
            await workspace.send(Request("GET", "/secret"))
        assert not workspace.is_locked_out

    _with_a_client(mounted, ask)


def test_who_was_never_let_in_is_denied(mounted: Mounted) -> None:
    """At the first contact it is a mistake, and said at once."""

    async def knock() -> None:
        async with _serving() as server:
            server.key = "other"
            mounted.write("url", server.url)
            async with mounted.workspace() as workspace:
                with pytest.raises(Denied):
                    await workspace.get("/hello")

    asyncio.run(knock())


def test_files_that_are_gone_change_nothing(mounted: Mounted, tmp_path: Path) -> None:
    """A cluster replaces what it mounts; between two looks there may be nothing."""

    async def lose(server: Guarded, workspace: Workspace) -> None:
        server.key = "second"
        (tmp_path / "prod").rename(tmp_path / "away")
        with pytest.raises(LockedOut):
            await workspace.get("/thing")
        (tmp_path / "away").rename(tmp_path / "prod")
        mounted.write("api-key", "second")
        await workspace.get("/thing")

    _with_a_client(mounted, lose)
