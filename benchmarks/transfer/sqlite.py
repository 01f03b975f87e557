"""Databases in SQLite: a file each."""

import sqlite3
from contextlib import closing
from pathlib import Path


class SQLite:
    """Databases in a directory.

    Args:
        directory: Where the files are.
    """

    name = "SQLite"

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def url(self, database: str) -> str:
        """What Prefect calls a database; it makes one that is not there."""
        return f"sqlite+aiosqlite:///{self._path(database)}"

    def create(self, database: str) -> None:
        """Make an empty one: the first who opens it does."""

    def copy(self, origin: str, database: str) -> None:
        """Make one that holds what another does."""
        with (
            closing(sqlite3.connect(self._path(origin))) as full,
            closing(sqlite3.connect(self._path(database))) as new,
        ):
            full.backup(new)

    def drop(self, database: str) -> None:
        """Remove one."""
        for path in self._directory.glob(f"{database}.db*"):
            path.unlink()

    def _path(self, database: str) -> Path:
        return self._directory / f"{database}.db"
