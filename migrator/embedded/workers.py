"""The worker processes of the laptop: what a Deployment of pods is in a cluster.

Each child has a session of its own, so a Ctrl-C reaches only the coordinator, and a pipe from the coordinator as its
standard input. The kernel closes the pipe with the coordinator, however that ends, and a child that reads end-of-file
drains and leaves: a coordinator that was killed leaves no worker behind.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from migrator.errors import UsageError

# -P: a folder `workers` in the directory where the command was typed must not be run in place of ours.
WORKER_COMMAND = (sys.executable, "-P", "-m", "workers", "--processes", "1", "--until-eof")
RESTART_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
#: Seconds after which a place has used up no restarts: a process a week is not one that keeps dying.
FORGIVEN_AFTER = 600.0
_LAST_RITES_SECONDS = 1.0


@dataclass
class _Place:
    """One worker of the fleet: the process in its place, since when, and when the next one may, if it is dead."""

    process: subprocess.Popen[bytes]
    begun: float
    restarts: int = 0
    is_dead: bool = False
    restart_at: float | None = None


class Fleet:
    """The worker processes of one coordinator; whoever supervises it calls `poll` about once a second.

    Args:
        spawn: Starts one process, with a pipe as its standard input.
        pauses: Seconds before each restart of a place whose process died by itself; after the last it stays empty.
    """

    def __init__(self, spawn: Callable[[], subprocess.Popen[bytes]], pauses: Sequence[float]) -> None:
        self._spawn = spawn
        self._pauses = pauses
        self._places: list[_Place] = []
        self.last_exit: int | None = None
        """How the last process that died by itself ended: its exit status, or a signal's number, negative."""

    def __len__(self) -> int:
        """How many processes were started, those that take a dead one's place apart."""
        return len(self._places)

    def start(self, count: int) -> None:
        """Start so many processes more."""
        for _ in range(count):
            self._places.append(_Place(self._spawn(), time.monotonic()))

    def poll(self) -> int:
        """How many processes are alive, after replacing those that died and whose pause is over. Never waits."""
        for place in self._places:
            status = place.process.poll()
            if status is not None:
                self._refill(place, status)
        return sum(place.process.poll() is None for place in self._places)

    @property
    def is_spent(self) -> bool:
        """Whether nobody is alive and nobody will be: every place has used up its restarts."""
        return all(place.is_dead and place.restart_at is None for place in self._places)

    def stop(self, grace: float) -> None:
        """Let all processes drain; kill those that have not ended after `grace` seconds, or when interrupted."""
        deadline = time.monotonic() + grace
        try:
            for place in self._places:
                _close_input(place.process)
                place.process.terminate()
            for place in self._places:
                with suppress(subprocess.TimeoutExpired):
                    place.process.wait(max(0.0, deadline - time.monotonic()))
        finally:
            for place in self._places:
                _kill(place.process)

    def _refill(self, place: _Place, status: int) -> None:
        if not place.is_dead:
            self._bury(place, status)
        elif place.restart_at is not None and time.monotonic() >= place.restart_at:
            _close_input(place.process)
            place.process, place.begun = self._spawn(), time.monotonic()
            place.restarts += 1
            place.is_dead, place.restart_at = False, None

    def _bury(self, place: _Place, status: int) -> None:
        """Once for each death, for a dead process gets older too."""
        self.last_exit, place.is_dead = status, True
        if time.monotonic() - place.begun > FORGIVEN_AFTER:
            place.restarts = 0
        if place.restarts < len(self._pauses):
            place.restart_at = time.monotonic() + self._pauses[place.restarts]


@contextmanager
def worker_processes(
    count: int,
    *,
    state_dir: Path,
    redis_url: str | None = None,
    command: Sequence[str] = WORKER_COMMAND,
    grace: float = 30.0,
    pauses: Sequence[float] = RESTART_PAUSES,
    log_to_stderr: bool = False,
) -> Iterator[Fleet]:
    """Worker processes for as long as the context lasts; leaving it drains them. They log to `workers.log`.

    Args:
        count: How many processes.
        state_dir: Holds the log and, without `redis_url`, the embedded Valkey, which each child enters by itself.
        redis_url: The shared Redis that the children use.
        command: What a child runs; it must drain and end at end-of-file on its standard input, and on SIGTERM.
        grace: Seconds that the children have to drain, together, before those that are left are killed.
        pauses: Seconds before each replacement of a child that died by itself; after the last it is not replaced.
        log_to_stderr: Whether they log to our standard error instead.

    Raises:
        UsageError: The state directory cannot be used.
    """
    environment = _environment(os.environ, state_dir=state_dir, redis_url=redis_url)
    log = os.dup(sys.stderr.fileno()) if log_to_stderr else _opened_log(state_dir)
    fleet = Fleet(partial(_spawn, command, environment, log), pauses)
    try:
        fleet.start(count)
        yield fleet
    finally:
        fleet.stop(grace)
        os.close(log)


def wait_for_coordinators_end() -> None:
    """The child's side: return once standard input has ended, because the coordinator leaves or has died.

    The kernel drops a killed process's locks a moment after its pipes. Who left the embedded Valkey within that moment
    would take the dead coordinator for a user and not stop the server, so this waits, a second at most, until the child
    has been given to another parent, which comes after both. A coordinator that leaves sends SIGTERM as well, and who
    acts upon that has no need to wait for this to return: call it in a thread that keeps nobody from ending.
    """
    coordinator = os.getppid()
    while os.read(sys.stdin.fileno(), 4096):
        pass
    deadline = time.monotonic() + _LAST_RITES_SECONDS
    while os.getppid() == coordinator and time.monotonic() < deadline:
        time.sleep(0.01)


def _environment(ours: Mapping[str, str], *, state_dir: Path, redis_url: str | None) -> dict[str, str]:
    """Our environment with the child's Redis in it; names in any case, as `Settings` reads them."""
    replaced = {"MIGRATOR_REDIS_URL", "MIGRATOR_STATE_DIR"}
    environment = {name: value for name, value in ours.items() if name.upper() not in replaced}
    environment["MIGRATOR_STATE_DIR"] = str(state_dir.absolute())
    if redis_url is not None:
        environment["MIGRATOR_REDIS_URL"] = redis_url
    return environment


def _opened_log(state_dir: Path) -> int:
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(state_dir / "workers.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise UsageError(
            f"the state directory {state_dir} cannot be used: {error.strerror}",
            "name another with MIGRATOR_STATE_DIR",
        ) from error


def _spawn(command: Sequence[str], environment: Mapping[str, str], log: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env=environment,
        start_new_session=True,
    )


def _close_input(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that is still there, with what it started: it leads the group of its session."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
