"""Journals: what each worker process did, written down at once, so that SIGKILL loses nothing that was done."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.chaos.stopwatch import now


class Event(StrEnum):
    """What a worker may write down of a node."""

    CLAIMED = "claimed"
    BEGIN = "begin"
    DONE = "done"
    FAILED = "failed"
    AGAIN = "again"
    DIES = "dies"
    COLLIDES = "collides"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when, which process, which node, what."""

    at: int
    pid: int
    node: int
    event: Event


class Journal:
    """The journal of this process.

    Args:
        home: The directory of all journals.
    """

    def __init__(self, home: Path) -> None:
        home.mkdir(exist_ok=True)
        self._file = os.open(home / f"{os.getpid()}", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, node: int, event: Event) -> None:
        """Write down what happens to a node, now."""
        os.write(self._file, f"{now()} {os.getpid()} {node} {event}\n".encode())


def entries(home: Path) -> list[Entry]:
    """What all processes have written down, in order of time."""
    return sorted(_entries(home), key=lambda entry: entry.at)


def _entries(home: Path) -> Iterator[Entry]:
    for path in home.iterdir():
        for line in path.read_text().splitlines():
            at, pid, node, event = line.split()
            yield Entry(int(at), int(pid), int(node), Event(event))
