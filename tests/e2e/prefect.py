"""Empty Prefect servers: one makes the tables of its database, and all others begin with a copy.

A server makes them in more than a hundred steps, which take most of its first start. The block types are not copied:
each server registers its own, so that two servers have no id in common; by one of these a workspace is known.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from migrator.demo.servers import PrefectServer, start


@dataclass(frozen=True)
class Prefect:
    """Starts servers.

    Args:
        database: What an empty server has.
        directory: Makes a directory whose name begins so.
    """

    database: Path
    directory: Callable[[str], Path]

    @classmethod
    def made(cls, directory: Callable[[str], Path]) -> "Prefect":
        """Let a server make the database."""
        home = directory("database")
        server = start(home)
        try:
            server.wait_until_healthy()
        finally:
            server.stop()
        return cls(_with_tables_alone(home / "prefect.db"), directory)

    @contextmanager
    def server(self, **environment: str) -> Iterator[PrefectServer]:
        """An empty server for as long as the block lasts, with this in its environment."""
        with self.servers(environment) as [server]:
            yield server

    @contextmanager
    def servers(self, *environments: Mapping[str, str]) -> Iterator[list[PrefectServer]]:
        """One for each environment; they start at the same time."""
        with ExitStack() as stack:
            servers = [self._started(environment) for environment in environments]
            for server in servers:
                stack.callback(server.stop)
            for server in servers:
                server.wait_until_healthy()
            yield servers

    def _started(self, environment: Mapping[str, str]) -> PrefectServer:
        home = self.directory("server")
        shutil.copy(self.database, home)
        return start(home, environment=environment)


def _with_tables_alone(database: Path) -> Path:
    """A database of a server that has ended, as if none had registered its block types; all of it in one file."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for table in ("block_schema_reference", "block_schema", "block_type"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a name from above
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database
