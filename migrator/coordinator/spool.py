"""The spool: bodies rest on disk while a plan is made, so that memory does not grow with them."""

import os
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from migrator.engine.sealing import KEY_BYTES, Seal
from migrator.errors import UsageError
from migrator.model.canonical import Body


class Spool:
    """A temporary file of sealed bodies. Its key is in memory only, so that what is left on disk says nothing."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="migrator-")  # noqa: SIM115 - closed by __exit__
        self._seal = Seal(os.urandom(KEY_BYTES))
        self._ends = array("Q", [0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, body: Body) -> int:
        """Put a body away, and return its place: how many came before it.

        Raises:
            UsageError: There is no room for it.
        """
        sealed = self._seal.close(body, "spool")
        end = self._ends[-1]
        with _room_wanted():
            self._file.seek(end)
            self._file.write(sealed)
        self._ends.append(end + len(sealed))
        return len(self._ends) - 2

    def read(self, place: int) -> Body:
        """Take a body out again."""
        start, end = self._ends[place : place + 2]
        with _room_wanted():
            # It writes what is still in memory.
            self._file.seek(start)
        body: Body = self._seal.open(self._file.read(end - start), "spool")
        return body


@contextmanager
def _room_wanted() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"a temporary file in {tempfile.gettempdir()} cannot be written: {error.strerror}",
            "make room there, or name another directory with TMPDIR",
        ) from error
