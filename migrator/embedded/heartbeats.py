"""Heartbeats: each worker process touches a file of its own, and holds a lock on it for as long as it lives.

The kernel drops the lock with the process. So what one that was killed has left does not count, and whoever holds its
file and does not touch it hangs. Nobody needs Redis to tell the two apart.
"""

import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from migrator.errors import UsageError

#: Seconds between two beats.
EVERY = 2.0
#: Seconds without a beat after which a process hangs.
HANGS_AFTER = 30.0


@contextmanager
def heartbeat(directory: Path) -> Iterator[Callable[[], None]]:
    """A file of this process's own for as long as the block lasts; what is yielded touches it.

    Raises:
        UsageError: The directory cannot be used.
    """
    path = directory / f"{os.getpid()}-{secrets.token_hex(4)}.heartbeat"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError(
            f"the directory of heartbeats {directory} cannot be used: {error.strerror}",
            "name another with MIGRATOR_HEARTBEAT_DIR",
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield partial(os.utime, file)
    finally:
        path.unlink(missing_ok=True)
        os.close(file)


def what_ails(directory: Path) -> str:
    """Why the worker processes of a directory are not all well; empty if they are."""
    ages = [age for path in directory.glob("*.heartbeat") if (age := _age(path)) is not None]
    if not ages:
        return f"no worker process has a heartbeat in {directory}"
    if (oldest := max(ages)) > HANGS_AFTER:
        return f"a worker process hangs: its last heartbeat was {oldest:.0f} s ago"
    return ""


def _age(path: Path) -> float | None:
    """Seconds since a process has touched its file; None where there is none any more."""
    try:
        with path.open("rb") as file:
            return None if _is_left_behind(file.fileno()) else time.time() - os.fstat(file.fileno()).st_mtime
    except FileNotFoundError:
        return None


def _is_left_behind(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
