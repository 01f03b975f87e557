"""Real parts for the end-to-end tests: Prefect servers, the program as a process, and homes of its own for it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest

from migrator.demo.servers import PrefectServer
from migrator.demo.workspace import fill
from migrator.kinds import KINDS
from migrator.kinds.kind import Listing, Request
from migrator.model.canonical import Body
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace
from tests.e2e.prefect import Prefect
from tests.e2e.pseudo_terminal import answering, at_a_terminal

#: What the destination asks for, so that a client of the wrong profile is refused.
PASSWORD = "keeper:of the seal"  # noqa: S105 - of a server that lives for one test run
#: Enough variables that paging shows.
VARIABLES = 205
#: Seconds that one command may take.
COMMAND_SECONDS = 120
#: Seconds until something that must happen counts as not happening.
PATIENCE = 60.0


@dataclass(frozen=True)
class Servers:
    """A filled workspace, and an empty one that asks for a password."""

    source: PrefectServer
    destination: PrefectServer


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def form(self) -> Any:
        """The machine form on standard output."""
        assert self.out, self.err
        return json.loads(self.out)


def clean_environment() -> dict[str, str]:
    """Ours, without settings of Prefect's and of the program's."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MIGRATOR_"))}


@dataclass(frozen=True)
class Home:
    """Where a user of the program is: profiles, state, environment."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def made(cls, path: Path, profiles: Mapping[str, Mapping[str, str]]) -> "Home":
        """A home with these profiles, and nothing of the environment's PREFECT_ and MIGRATOR_ settings."""
        path.mkdir(parents=True, exist_ok=True)
        tables = "\n".join(
            f"[profiles.{name}]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
            for name, settings in profiles.items()
        )
        (path / "profiles.toml").write_text(tables)
        return cls(
            path,
            {
                **clean_environment(),
                "PREFECT_PROFILES_PATH": str(path / "profiles.toml"),
                "MIGRATOR_STATE_DIR": str(path / "state"),
            },
        )

    def with_settings(self, **settings: str) -> "Home":
        """The same home with more in its environment."""
        return Home(self.path, {**self.environment, **settings})

    def processes(self) -> list[int]:
        """The processes that live with this home's state: Valkey, workers, coordinators."""
        mark = f"MIGRATOR_STATE_DIR={self.environment['MIGRATOR_STATE_DIR']}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
        return found

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a command, in its own process group, as a shell does."""
        return subprocess.Popen(
            [sys.executable, "-P", "-c", "from migrator.cli import main; main()", *arguments],
            cwd=self.path,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def migrator(self, *arguments: str) -> Ended:
        """Run a command to its end."""
        process = self.start(*arguments)
        try:
            out, err = process.communicate(timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return Ended(process.returncode, out, err)

    def at_a_terminal(self, *arguments: str, answer: Callable[[], str]) -> tuple[int, str]:
        """Run a command at a pseudo-terminal; `answer` is called when it asks. Returns exit code and what it showed."""
        command = [sys.executable, "-P", "-c", "from migrator.cli import main; main()", *arguments]
        with at_a_terminal(command, self.path, self.environment) as (process, controller):
            shown = "".join(answering(controller, answer))
        return process.wait(COMMAND_SECONDS), shown


Rows = Mapping[str, Sequence[Body]]
"""What the lists of a server say, by kind."""


@dataclass(frozen=True)
class Move:
    """A live move into an empty destination, and what both sides said right after it."""

    PAIR: ClassVar = ("--from", "source", "--to", "live")

    home: Home
    destination: PrefectServer
    run: Ended
    verified: Ended
    source: Rows
    arrived: Rows


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Prefect:
    """Starts servers of a test's own."""
    ours = tmp_path_factory.getbasetemp()
    is_one_of_several = "PYTEST_XDIST_WORKER" in os.environ
    return Prefect.made(ours.parent if is_one_of_several else ours, tmp_path_factory.mktemp)


@pytest.fixture(scope="session")
def servers(prefect: Prefect) -> Iterator[Servers]:
    """Two servers for the whole session: one filled, one empty with a password."""
    with prefect.servers({}, {"PREFECT_SERVER_API_AUTH_STRING": PASSWORD}) as (source, destination):
        asyncio.run(_fill(source.api_url))
        yield Servers(source, destination)


@pytest.fixture(scope="session")
def profiles(servers: Servers) -> dict[str, dict[str, str]]:
    """The two profiles of a user who may do everything."""
    return {
        "source": {"PREFECT_API_URL": servers.source.api_url},
        "destination": {
            "PREFECT_API_URL": servers.destination.api_url,
            "PREFECT_API_AUTH_STRING": PASSWORD,
        },
    }


@pytest.fixture(scope="session")
def used(prefect: Prefect) -> Iterator[PrefectServer]:
    """A server that one test uses after another."""
    with prefect.server() as server:
        yield server


@pytest.fixture
def empty(prefect: Prefect, used: PrefectServer) -> PrefectServer:
    """A server with nothing in it, nor anything that it had when another test used it."""
    prefect.empty(used)
    return used


@pytest.fixture(scope="module")
def module_empty(prefect: Prefect) -> Iterator[PrefectServer]:
    """A server of this module's own, with nothing in it at the beginning."""
    with prefect.server() as server:
        yield server


@pytest.fixture(scope="session")
def move(
    tmp_path_factory: pytest.TempPathFactory, servers: Servers, prefect: Prefect, profiles: dict[str, dict[str, str]]
) -> Iterator[Move]:
    """The filled workspace, moved live into an empty destination that nobody else uses."""
    with prefect.server() as destination:
        live = {"source": profiles["source"], "live": {"PREFECT_API_URL": destination.api_url}}
        home = Home.made(tmp_path_factory.mktemp("move") / "home", live)
        run = home.migrator("run", *Move.PAIR, "--live", "--yes", "--json")
        verified = home.migrator("verify", *Move.PAIR, "--json")
        yield Move(home, destination, run, verified, rows_of(servers.source), rows_of(destination))


@pytest.fixture
def home(tmp_path: Path, profiles: dict[str, dict[str, str]]) -> Home:
    """A home with both profiles."""
    return Home.made(tmp_path / "home", profiles)


@pytest.fixture(scope="session")
def ask(servers: Servers) -> Callable[[str, str, str, Any], Any]:
    """Asks a side, `source` or `destination`, as its owner would: method, path, body."""

    def ask(side: str, method: str, path: str, body: Any = None) -> Any:
        server = servers.source if side == "source" else servers.destination
        auth_string = None if side == "source" else PASSWORD
        return asyncio.run(_ask(Profile(side, server.api_url, auth_string=auth_string), Request(method, path, body)))

    return ask


def wait_until(happens: Callable[[], bool]) -> None:
    """Wait for something that must happen."""
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline, "it has not happened"
        time.sleep(0.1)


def asking(server: PrefectServer) -> Callable[..., Any]:
    """Asks a server that wants no password, as its owner would: method, path, body."""
    return lambda method, path, body=None: asyncio.run(
        _ask(Profile("owner", server.api_url), Request(method, path, body))
    )


def ask_server(server: PrefectServer, method: str, path: str, body: Any = None) -> Any:
    """What a server without a password answers."""
    return asyncio.run(_ask(Profile("server", server.api_url), Request(method, path, body)))


def rows_of(server: PrefectServer) -> Rows:
    """All that the lists of a server without a password say."""
    return {kind.name: list(_pages(server, kind.listing)) for kind in KINDS}


def _pages(server: PrefectServer, listing: Listing) -> Iterator[Body]:
    if listing.single:
        yield ask_server(server, "GET", listing.path)
        return
    offset = 0
    while page := ask_server(server, "POST", listing.path, {**listing.filters, "offset": offset}):
        yield from page
        offset += len(page)


async def _ask(profile: Profile, request: Request) -> Any:
    async with Workspace(profile, Pressure(1)) as workspace:
        return (await workspace.send(request))[1]


async def _fill(url: str) -> None:
    async with Workspace(Profile("source", url), Pressure(1)) as workspace:

        async def request(method: str, path: str, body: Any) -> Any:
            return (await workspace.send(Request(method, path, body)))[1]

        await fill(request, variables=VARIABLES, deployments=0)
