"""Throw-away Prefect servers: one process each, in a directory of its own, gone with whoever started it."""

import ctypes
import http.client
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from migrator.errors import UnreachableError, UsageError

#: Seconds that a server may take to answer; 15 to 25 are usual, most of them for its database and its block types.
START_SECONDS = 180.0
#: Seconds that a server may take to end once it was asked to.
STOP_SECONDS = 5.0
#: Lines of a server's log that its error shows.
LOG_TAIL = 15

#: Where the servers listen: on this machine only.
HOST = "127.0.0.1"

#: What a process needs of our environment. Everything else, each `PREFECT_*` above all, is the user's own.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")

#: What a Python of theirs runs, and what makes the server. All in one process, where `prefect server start` takes two.
COMMAND = ("-m", "uvicorn", "--factory")
FACTORY = "prefect.server.api.server:create_app"

#: From `linux/prctl.h`: the signal that a process gets when the thread that started it ends.
PR_SET_PDEATHSIG = 1
# Loaded here, as nothing should be loaded between fork and exec.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class PrefectServer:
    """A server that was started, and may not answer yet.

    Args:
        port: Where it listens, on this machine only.
        process: The process, the leader of a session of its own.
        log: The file it writes what it has to say to.
    """

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def api_url(self) -> str:
        """What `PREFECT_API_URL` has to be to reach it."""
        return f"http://{HOST}:{self.port}/api"

    def wait_until_healthy(self, seconds: float = START_SECONDS) -> None:
        """Waits until the server answers.

        Raises:
            UnreachableError: It ended instead, or has not answered after so many seconds.
        """
        # The port has been listening since before the process, so the first request simply waits to be answered.
        connection = http.client.HTTPConnection(HOST, self.port, timeout=seconds)
        try:
            connection.request("GET", "/api/health")
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise self._unreachable() from error
        finally:
            connection.close()
        if status != HTTPStatus.OK:
            raise self._unreachable()

    def stop(self) -> None:
        """Ends the server, and returns when it is gone. A server that is gone already is fine."""
        _stop([self])

    def _unreachable(self) -> UnreachableError:
        status = self.process.poll()
        what = "does not answer" if status is None else f"ended by itself (status {status})"
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_TAIL:]
        said = "".join(f"\n  {line}" for line in lines) or " nothing"
        return UnreachableError(
            f"the throw-away Prefect server on port {self.port} {what}; the end of its log:{said}",
            "try again when the machine is less busy, or install the versions that fit: make venv",
        )


def start(
    home: Path,
    *,
    environment: Mapping[str, str] | None = None,
    python: str = sys.executable,
    factory: str = FACTORY,
) -> PrefectServer:
    """Starts a server and does not wait for it.

    The server dies with the thread that calls this (on Linux), so it has to be one that outlives the server's use.

    Args:
        home: An empty directory for all that the server writes.
        environment: Variables that the server gets beside those it needs, or in their place.
        python: The interpreter that has Prefect installed, of whatever version.
        factory: What makes the server, as uvicorn spells it.

    Raises:
        UsageError: Prefect is not installed.
    """
    if python == sys.executable:
        _check_installed()
    log = home / "server.log"
    # Listening before the server is there: nobody else can take the port, and who comes early waits in line.
    with socket.create_server((HOST, 0)) as listener, log.open("wb") as output:
        # Its connections inherit this. Uvicorn cannot know that it is handed a TCP socket, and each answer took 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        process = subprocess.Popen(
            [python, *COMMAND, factory, "--fd", str(listener.fileno()), "--log-level", "warning"],
            # Prefect reads settings from the files of the directory where it is started.
            cwd=home,
            env=_environment(home) | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[listener.fileno()],
            # A Ctrl-C in the terminal reaches us alone; we stop the server when we are done with it.
            start_new_session=True,
            preexec_fn=partial(_die_with, os.getpid()),  # noqa: PLW1509 - it takes no lock and loads nothing
        )
        return PrefectServer(port=listener.getsockname()[1], process=process, log=log)


@contextmanager
def prefect_servers(count: int) -> Iterator[list[PrefectServer]]:
    """So many empty servers, for as long as the context lasts. They start at the same time and leave nothing behind.

    Raises:
        UsageError: Prefect is not installed.
        UnreachableError: One of them does not come up.
    """
    servers: list[PrefectServer] = []
    with TemporaryDirectory(prefix="migrator-demo-", ignore_cleanup_errors=True) as directory:
        try:
            for number in range(count):
                home = Path(directory, str(number))
                home.mkdir()
                servers.append(start(home))
            for server in servers:
                server.wait_until_healthy()
            yield servers
        finally:
            _stop(servers)


def _check_installed() -> None:
    missing = [name for name in ("prefect", "uvicorn") if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(
            f"the throw-away Prefect servers need what is not installed: {', '.join(missing)}",
            "make venv",
        )


def _environment(home: Path) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return inherited | {
        "PREFECT_HOME": str(home),
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home.absolute()}/prefect.db",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        # Older servers remember outside of their home that they have registered the block types of this URL.
        "PREFECT_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",
        # No scheduler and no triggers: nothing in it moves by itself.
        "PREFECT__SERVER_WEBSERVER_ONLY": "true",
    }


def _die_with(parent: int) -> None:
    """Runs in the child, between fork and exec: from now on it is killed when its parent ends."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


def _stop(servers: Sequence[PrefectServer]) -> None:
    """Ends all at once; each has until the same moment to go by itself."""
    deadline = time.monotonic() + STOP_SECONDS
    try:
        for server in servers:
            server.process.terminate()
        for server in servers:
            with suppress(subprocess.TimeoutExpired):
                server.process.wait(max(0.0, deadline - time.monotonic()))
    finally:
        for server in servers:
            server.process.kill()
            server.process.wait()
