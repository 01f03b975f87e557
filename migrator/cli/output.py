"""Where a command's result goes: standard output, or a file that is there in whole or not at all."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from migrator.errors import UsageError


@contextmanager
def output_to(path: Path | None) -> Iterator[TextIO]:
    """What to write a result into.

    Args:
        path: A file, that is written beside and renamed; None for standard output.

    Raises:
        UsageError: The file cannot be written.
    """
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        with _replacing(path.resolve()) as file:
            yield file
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", "name another file after --output") from None


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
