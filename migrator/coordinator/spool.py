"""The spool: bodies rest on disk while a plan is made, so that memory does not grow with them."""

import os
import tempfile
from types import TracebackType
from typing import Self

from migrator.engine.sealing import KEY_BYTES, Seal
from migrator.model.canonical import Body

Place = tuple[int, int]
"""Where a body is: offset and length, in bytes."""


class Spool:
    """A temporary file of sealed bodies. Its key is in memory only, so that what is left on disk says nothing."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="migrator-")  # noqa: SIM115 - closed by __exit__
        self._seal = Seal(os.urandom(KEY_BYTES))
        self._end = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, body: Body) -> Place:
        """Put a body away."""
        sealed = self._seal.close(body, "spool")
        place = (self._end, len(sealed))
        self._file.seek(self._end)
        self._file.write(sealed)
        self._end += len(sealed)
        return place

    def read(self, place: Place) -> Body:
        """Take a body out again."""
        offset, length = place
        self._file.seek(offset)
        body: Body = self._seal.open(self._file.read(length), "spool")
        return body
