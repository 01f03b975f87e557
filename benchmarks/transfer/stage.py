"""Where a measurement takes place: two servers on databases, and a home for the commands between them."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from benchmarks.transfer.asked import take_asked
from migrator.demo.servers import PrefectServer, start

ROOT = Path(__file__).parents[2]
#: The databases of empty workspaces of which all others are copies: destinations of the one, sources of the other, as
#: two copies of one are the same workspace.
EMPTY, EMPTY_SOURCE = "empty", "empty_source"
#: The database that a destination works on, made anew for each measurement.
DESTINATION = "destination"


class Databases(Protocol):
    """Where servers keep what they have."""

    @property
    def name(self) -> str:
        """What they are called."""

    def url(self, database: str) -> str:
        """What Prefect calls a database."""

    def create(self, database: str) -> None:
        """Make an empty one."""

    def copy(self, origin: str, database: str) -> None:
        """Make one that holds what another does, which nobody uses."""

    def drop(self, database: str) -> None:
        """Remove one, if it is there."""


@dataclass(frozen=True)
class Stage:
    """Two servers that answer, source and destination.

    Attributes:
        source: The one.
        destination: The other.
        home: A directory for who goes between them, with a profile for each.
    """

    source: PrefectServer
    destination: PrefectServer
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """Ours, without settings of Prefect's and of the program's, and with this home."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MIGRATOR_"))}
        return ours | {
            "PREFECT_HOME": str(self.home),
            "PREFECT_PROFILES_PATH": str(self.home / "profiles.toml"),
            "MIGRATOR_STATE_DIR": str(self.home / "state"),
        }


def make_empty(databases: Databases) -> None:
    """Make the databases of empty workspaces."""
    with ExitStack() as stack:
        for database in (EMPTY, EMPTY_SOURCE):
            databases.create(database)
        made = [stack.enter_context(_starting(databases, name, is_new=True)) for name in (EMPTY, EMPTY_SOURCE)]
        for server in made:
            server.wait_until_healthy()


@contextmanager
def serving(databases: Databases, database: str) -> Iterator[PrefectServer]:
    """A server on a database, for as long as the context lasts."""
    with _starting(databases, database) as server:
        server.wait_until_healthy()
        yield server


@contextmanager
def staged(databases: Databases, source: str, destination: str, *, kept_as: str = "") -> Iterator[Stage]:
    """Servers on a source, and on a fresh copy of a destination.

    Args:
        databases: Where both are.
        source: The source's database; nobody writes to it.
        destination: What the destination's is a copy of.
        kept_as: The database that has what the destination holds in the end; without it, none.
    """
    databases.drop(DESTINATION)
    databases.copy(destination, DESTINATION)
    with (
        TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as home,
        _starting(databases, source) as one,
        _starting(databases, DESTINATION) as other,
    ):
        for server in (one, other):
            server.wait_until_healthy()
            take_asked(server)
        yield Stage(one, other, _furnished(Path(home), one, other))
    if kept_as:
        databases.drop(kept_as)
        databases.copy(DESTINATION, kept_as)


def _furnished(home: Path, source: PrefectServer, destination: PrefectServer) -> Path:
    urls = {"source": source.api_url, "destination": destination.api_url}
    tables = (f"[profiles.{name}]\nPREFECT_API_URL = {json.dumps(url)}\n" for name, url in urls.items())
    (home / "profiles.toml").write_text("\n".join(tables), encoding="utf-8")
    return home


@contextmanager
def _starting(databases: Databases, database: str, *, is_new: bool = False) -> Iterator[PrefectServer]:
    prepares = "true" if is_new else "false"
    settings = {
        "PYTHONPATH": str(ROOT),
        "PREFECT_API_DATABASE_CONNECTION_URL": databases.url(database),
        "PREFECT_API_DATABASE_MIGRATE_ON_START": prepares,
        "PREFECT_API_BLOCKS_REGISTER_ON_START": prepares,
    }
    with TemporaryDirectory(prefix="bench-server-", ignore_cleanup_errors=True) as home:
        server = start(Path(home), environment=settings, factory="benchmarks.transfer.remembering:remembering")
        try:
            yield server
        finally:
            server.stop()
