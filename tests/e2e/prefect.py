"""Empty Prefect servers: one makes a database, and all others begin with a copy.

Its tables are made in more than a hundred steps, and its block types are registered one by one; both take most of a
start. In a copy the block types have other ids, as if its server had registered them: two servers have no id in common,
and by one of these a workspace is known.
"""

import fcntl
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4, uuid5

from migrator.demo.servers import PrefectServer, start

#: What a server need not do whose database begins as a copy.
PREPARED = {"PREFECT_API_DATABASE_MIGRATE_ON_START": "false", "PREFECT_API_BLOCKS_REGISTER_ON_START": "false"}
#: All that an empty server has, by table: the columns of ids.
IDS = {
    "block_type": ("id",),
    "block_schema": ("id", "block_type_id"),
    "block_schema_reference": ("id", "parent_block_schema_id", "reference_block_schema_id"),
}
#: Tables that stay. Of the second one a server remembers for an hour what it has read: the key of its secrets.
KEPT = ("alembic_version", "configuration")
#: The one thing of a workspace that stands there too.
RESULT_STORAGE = "/admin/storage"


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
    def made(cls, shared: Path, directory: Callable[[str], Path]) -> "Prefect":
        """Let a server make the database, unless another process of the tests has.

        Args:
            shared: A directory of all these processes.
            directory: Makes a directory whose name begins so.
        """
        database = shared / "prefect.db"
        with (shared / "prefect.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not database.exists():
                _make(directory("first")).rename(database)
        return cls(database, directory)

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

    def empty(self, server: PrefectServer) -> None:
        """Let one of these servers be as one that has just started, a workspace that nobody has seen."""
        with urlopen(Request(server.api_url + RESULT_STORAGE, method="DELETE")):  # noqa: S310 - our own server
            new = self._copy()
        with closing(sqlite3.connect(server.log.with_name(new.name), timeout=30)) as connection:
            connection.execute("ATTACH ? AS new", (str(new),))
            with connection:
                for (table,) in connection.execute(
                    "SELECT name FROM main.sqlite_master WHERE type = 'table'"
                ).fetchall():
                    if table not in KEPT:
                        connection.execute(f"DELETE FROM main.{table}")  # noqa: S608 - a name that Prefect has given
                for table in IDS:
                    connection.execute(f"INSERT INTO main.{table} SELECT * FROM new.{table}")  # noqa: S608 - as above

    def _started(self, environment: Mapping[str, str]) -> PrefectServer:
        return start(self._copy().parent, environment={**PREPARED, **environment})

    def _copy(self) -> Path:
        """The database of an empty server in a directory of its own, with ids that nothing else has."""
        copy, space = Path(shutil.copy(self.database, self.directory("server"))), uuid4()
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.create_function("of_its_own", 1, lambda known: str(uuid5(space, known)))
            for table, columns in IDS.items():
                changes = ", ".join(f"{column} = of_its_own({column})" for column in columns)
                connection.execute(f"UPDATE {table} SET {changes}")  # noqa: S608 - names from above
        return copy


def _make(home: Path) -> Path:
    """The database that a server makes when it starts for the first time, all of it in one file."""
    server = start(home)
    try:
        server.wait_until_healthy()
    finally:
        server.stop()
    database = home / "prefect.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database
