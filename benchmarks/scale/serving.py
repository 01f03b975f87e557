"""A stand-in for a Prefect server in a process of its own, and what it tells in the end."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.scale.seen import Seen


class StandIn:
    """One that runs.

    Args:
        process: The process.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        self.port = int(process.stdout.readline())

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"http://127.0.0.1:{self.port}/api"

    def seen(self) -> Seen:
        """What it has seen, told as it ends."""
        told, _ = self._process.communicate()
        return Seen(**json.loads(told))


@contextmanager
def stand_in(*storm: float) -> Iterator[StandIn]:
    """A stand-in, for as long as the context lasts.

    Args:
        storm: From when until when it refuses, in seconds since the first create; it never does if that is not said.
    """
    command = [sys.executable, "-m", "benchmarks.scale.stand_in", *map(str, storm)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield StandIn(process)
    finally:
        process.kill()
        process.wait()
