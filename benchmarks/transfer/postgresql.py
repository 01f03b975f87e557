"""Databases in a throw-away PostgreSQL, as Debian configures it: what is committed is on disk."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from migrator.errors import UsageError
from tests.patience import wait_until
from tests.ports import free_port

#: Where `make postgresql` puts Debian's.
LOCAL = Path(__file__).parents[2] / ".postgresql"
#: Where Debian has its programs.
PLACE = "usr/lib/postgresql/*/bin"
#: Who runs it in place of root, whom it refuses.
INSTEAD_OF_ROOT = "nobody"
#: Its superuser.
USER = "migrator"
#: Seconds that it may take to start.
START_SECONDS = 30.0


class PostgreSQL:
    """Databases of one server.

    Args:
        port: Where it listens, on this machine only.
    """

    name = "PostgreSQL"

    def __init__(self, port: int) -> None:
        self.port = str(port)

    def url(self, database: str) -> str:
        """What Prefect calls a database."""
        return f"postgresql+asyncpg://{USER}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> None:
        """Make an empty one."""
        self._run("createdb", database)

    def copy(self, origin: str, database: str) -> None:
        """Make one that holds what another does, to which nobody is connected."""
        self._run("createdb", "--template", origin, database)

    def drop(self, database: str) -> None:
        """Remove one, if it is there."""
        self._run("dropdb", "--if-exists", "--force", database)

    def answers(self) -> bool:
        """Whether the server is there."""
        return self._run("pg_isready", "--quiet", check=False)

    def _run(self, program: str, *arguments: str, check: bool = True) -> bool:
        command = [_program(program), *self._where(), *arguments]
        return subprocess.run(command, check=check, env=_environment()).returncode == 0

    def _where(self) -> tuple[str, ...]:
        return ("--host", "127.0.0.1", "--port", self.port, "--username", USER)


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A server, for as long as the context lasts.

    Raises:
        UsageError: There is none on this machine.
    """
    with TemporaryDirectory(prefix="migrator-postgresql-") as directory:
        user = INSTEAD_OF_ROOT if os.getuid() == 0 else None
        if user is not None:
            shutil.chown(directory, user)
        data = f"{directory}/data"
        _as(user, "initdb", "--pgdata", data, "--username", USER, "--auth", "trust", "--encoding", "UTF8").wait()
        server = PostgreSQL(free_port())
        with _started(user, server, data):
            yield server


@contextmanager
def _started(user: str | None, server: PostgreSQL, data: str) -> Iterator[None]:
    settings = {"port": server.port, "unix_socket_directories": data, "logging_collector": "off"}
    process = _as(user, "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items()))
    try:
        wait_until(server.answers, START_SECONDS, "PostgreSQL does not answer")
        yield
    finally:
        # Its fast shutdown: it waits for nobody.
        process.send_signal(signal.SIGINT)
        process.wait()


def _as(user: str | None, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [_program(program), *arguments]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        command,
        user=user,
        group=user and _group_of(user),
        extra_groups=[] if user else None,
        env=_environment(),
        cwd="/",
        stdout=quiet,
        stderr=quiet,
    )


def _group_of(user: str) -> int:
    return pwd.getpwnam(user).pw_gid


def _program(name: str) -> str:
    """Where a program of PostgreSQL is.

    Raises:
        UsageError: It is nowhere.
    """
    places = [str(place) for place in (*LOCAL.glob(PLACE), *Path("/").glob(PLACE))]
    found = shutil.which(name, path=os.pathsep.join([*places, os.environ.get("PATH", "")]))
    if found is None:
        raise UsageError(f"there is no {name} here", "make postgresql, or measure --database sqlite")
    return found


def _environment() -> dict[str, str]:
    """With the libraries that came along; what is not there to be dropped is no news."""
    libraries = os.pathsep.join(str(place) for place in LOCAL.glob("usr/lib/*-linux-gnu"))
    return os.environ | {"LD_LIBRARY_PATH": libraries, "PGOPTIONS": "--client-min-messages=warning"}
