"""The worker processes of the laptop, with stand-ins for the worker: they drain, are replaced, and never outlive us."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from migrator.embedded import workers
from migrator.embedded.workers import WORKER_COMMAND, worker_processes
from migrator.errors import UsageError
from migrator.exit_codes import ExitCode

SECONDS = 30.0

# Each stand-in writes what it knows of itself to a file of its own in the state directory, which says that it is ready.
READY = """
import json, os, signal, sys, time
from pathlib import Path

home = Path(os.environ["MIGRATOR_STATE_DIR"])

def say(word):
    about = {"session": os.getsid(0), "redis": os.environ.get("MIGRATOR_REDIS_URL"), "home": str(home)}
    half = home / f"half.{os.getpid()}"
    half.write_text(json.dumps(about))
    half.rename(home / f"{word}.{os.getpid()}")
"""
DRAINS_AT_EOF = (
    READY
    + """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
say("ready")
sys.stdin.read()
say("drained")
"""
)
DRAINS_AT_SIGTERM = (
    READY
    + """
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
say("ready")
signal.sigwait({signal.SIGTERM})
say("drained")
"""
)
NEVER_LEAVES = (
    READY
    + """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    say("grandchild")
else:
    say("ready")
while True:
    time.sleep(1)
"""
)
INTERRUPTS_WHEN_TOLD_TO_LEAVE = (
    READY
    + """
signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getppid(), signal.SIGINT))
say("ready")
while True:
    time.sleep(1)
"""
)
DIES = (
    READY
    + """
say("ready")
print("I am dying", flush=True)
sys.exit(3)
"""
)
USES_VALKEY = (
    READY
    + """
from migrator.embedded.valkey import valkey
from migrator.embedded.workers import wait_for_coordinators_end

with valkey(home):
    say("ready")
    wait_for_coordinators_end()
say("drained")
"""
)
COORDINATOR = """
import sys, time
from pathlib import Path
from migrator.embedded.valkey import valkey
from migrator.embedded.workers import worker_processes

home, code = Path(sys.argv[1]), sys.argv[2]
with valkey(home), worker_processes(2, state_dir=home, command=(sys.executable, "-c", code)):
    time.sleep(3600)
"""


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    """A state directory whose stand-ins and server are gone after the test, and were gone by themselves."""
    home = tmp_path / "state"
    yield home
    servers = [int(path.read_text()) for path in home.glob("valkey/valkey.pid")]
    leftovers = [pid for pid in [*servers, *_pids("ready", home), *_pids("grandchild", home)] if _is_there(pid)]
    for pid in leftovers:
        os.kill(pid, signal.SIGKILL)
    assert leftovers == []


def _running(code: str) -> Sequence[str]:
    return (sys.executable, "-c", code)


def _pids(word: str, state_dir: Path) -> list[int]:
    return [int(path.suffix[1:]) for path in state_dir.glob(f"{word}.*")]


def _said(word: str, state_dir: Path) -> list[dict[str, object]]:
    return [json.loads(path.read_text()) for path in state_dir.glob(f"{word}.*")]


def _is_there(pid: int) -> bool:
    """Whether a process runs; one that has ended but that its container's first process has not reaped does not."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat").read_text() if sys.platform == "linux" else ""
    except (ProcessLookupError, FileNotFoundError):
        return False
    return not status.rpartition(")")[2].startswith(" Z")


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("code", [DRAINS_AT_EOF, DRAINS_AT_SIGTERM], ids=["end-of-file", "SIGTERM"])
def test_leaving_lets_the_workers_drain(code: str, state_dir: Path) -> None:
    """Both ways of saying so reach the child; either is enough."""
    with worker_processes(2, state_dir=state_dir, command=_running(code)) as fleet:
        _wait_until(lambda: len(_pids("ready", state_dir)) == 2)
        assert fleet.poll() == 2
        assert _pids("drained", state_dir) == []

    assert sorted(_pids("drained", state_dir)) == sorted(_pids("ready", state_dir))


def test_an_error_in_the_coordinator_drains_them_too(state_dir: Path) -> None:
    """A Ctrl-C reaches the coordinator alone, and it is the coordinator who sends the workers home."""

    def failing() -> None:
        with worker_processes(1, state_dir=state_dir, command=_running(DRAINS_AT_EOF)):
            _wait_until(lambda: len(_pids("ready", state_dir)) == 1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        failing()
    assert len(_pids("drained", state_dir)) == 1


def test_a_coordinator_that_is_killed_leaves_neither_worker_nor_server_behind(state_dir: Path) -> None:
    """The kernel closes its end of the pipes; the workers drain, and the last of them stops the server."""
    with _coordinator(state_dir, USES_VALKEY) as coordinator:
        _wait_until(lambda: len(_pids("ready", state_dir)) == 2)
        server = int((state_dir / "valkey" / "valkey.pid").read_text())
        coordinator.kill()
        coordinator.wait(SECONDS)

        _wait_until(lambda: len(_pids("drained", state_dir)) == 2)
    _wait_until(lambda: not any(_is_there(pid) for pid in [server, *_pids("ready", state_dir)]))


@contextmanager
def _coordinator(state_dir: Path, code: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", COORDINATOR, str(state_dir), code]) as process:
        try:
            yield process
        finally:
            process.kill()


def test_who_does_not_drain_in_time_is_killed_with_what_it_started(state_dir: Path) -> None:
    """A hung request must not keep a command from ending."""
    with worker_processes(1, state_dir=state_dir, command=_running(NEVER_LEAVES), grace=0.2):
        _wait_until(lambda: len(_pids("ready", state_dir) + _pids("grandchild", state_dir)) == 2)

    assert not any(_is_there(pid) for pid in _pids("ready", state_dir))
    _wait_until(lambda: not any(_is_there(pid) for pid in _pids("grandchild", state_dir)))


def test_an_interrupt_ends_the_wait_for_the_drain(state_dir: Path) -> None:
    """Who presses Ctrl-C again does not want to wait for the grace to pass."""

    def impatient() -> None:
        command = _running(INTERRUPTS_WHEN_TOLD_TO_LEAVE)
        with worker_processes(1, state_dir=state_dir, command=command, grace=10 * SECONDS):
            _wait_until(lambda: len(_pids("ready", state_dir)) == 1)

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        impatient()
    assert time.monotonic() - started < SECONDS


def test_a_second_ctrl_c_ends_workers_at_once_and_says_what_becomes_of_their_work(state_dir: Path) -> None:
    """The first one lets them drain, for as long as their grace is."""
    stand_ins = f"from migrator.cli import main, workers; workers.WORKER_COMMAND = {_running(NEVER_LEAVES)}; main()"
    command = [sys.executable, "-P", "-c", stand_ins, "workers", "--processes", "1", "--grace", str(10 * SECONDS)]
    state_dir.mkdir()
    environment = os.environ | {"MIGRATOR_STATE_DIR": str(state_dir)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        _wait_until(lambda: len(_pids("ready", state_dir) + _pids("grandchild", state_dir)) == 2)
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=SECONDS)

    assert process.returncode == ExitCode.INTERRUPTED
    assert "ended at once" in said
    assert "when its lease is over, in 60 s" in said
    _wait_until(lambda: not any(_is_there(pid) for pid in _pids("ready", state_dir) + _pids("grandchild", state_dir)))


def test_a_worker_that_dies_by_itself_is_replaced(state_dir: Path) -> None:
    """Its claimed nodes wait for their lease, but those after them need somebody."""
    with worker_processes(2, state_dir=state_dir, command=_running(DRAINS_AT_EOF), pauses=(0.01,)) as fleet:
        _wait_until(lambda: len(_pids("ready", state_dir)) == 2)
        os.kill(_pids("ready", state_dir)[0], signal.SIGKILL)

        _wait_until(lambda: fleet.poll() == 1)
        assert fleet.last_exit == -signal.SIGKILL
        _wait_until(lambda: fleet.poll() == 2)
        _wait_until(lambda: len(_pids("ready", state_dir)) == 3)
        assert not fleet.is_spent


def test_a_worker_that_always_dies_is_replaced_a_bounded_number_of_times(state_dir: Path) -> None:
    """Wrong settings do not get right by trying for ever; the supervisor is told."""
    with worker_processes(1, state_dir=state_dir, command=_running(DIES), pauses=(0.01, 0.01)) as fleet:
        _wait_until(lambda: fleet.poll() == 0 and fleet.is_spent)

        assert fleet.poll() == 0
        assert fleet.last_exit == 3
        assert len(_pids("ready", state_dir)) == 3


def test_a_death_now_and_then_uses_up_nothing(state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a place would be empty for good after some deaths in a month."""
    monkeypatch.setattr(workers, "FORGIVEN_AFTER", 0.0)
    with worker_processes(1, state_dir=state_dir, command=_running(DIES), pauses=(0.01,)) as fleet:
        _wait_until(lambda: fleet.poll() == 0 and len(_pids("ready", state_dir)) > 3)


def test_a_place_that_is_empty_for_good_stays_so(state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long ago its last process died: that one has not lived any longer."""
    with worker_processes(1, state_dir=state_dir, command=_running(DIES), pauses=(0.01,)) as fleet:
        _wait_until(lambda: fleet.poll() == 0 and fleet.is_spent)
        monkeypatch.setattr(workers, "FORGIVEN_AFTER", 0.0)

        assert [fleet.poll() for _ in range(10)] == [0] * 10
        assert fleet.is_spent
        assert len(_pids("ready", state_dir)) == 2


def test_a_replacement_waits_for_its_pause(state_dir: Path) -> None:
    """A worker that dies at once must not keep a processor busy with starting it."""
    with worker_processes(1, state_dir=state_dir, command=_running(DIES), pauses=(3600.0,)) as fleet:
        _wait_until(lambda: fleet.poll() == 0)

        assert [fleet.poll() for _ in range(10)] == [0] * 10
        assert not fleet.is_spent
        assert len(_pids("ready", state_dir)) == 1


def test_what_the_workers_print_is_in_the_log_of_the_state_directory(state_dir: Path) -> None:
    """Invariant 10: readable by its owner only, whatever it holds."""
    with worker_processes(2, state_dir=state_dir, command=_running(DIES), pauses=()) as fleet:
        _wait_until(lambda: fleet.poll() == 0)

    log = state_dir / "workers.log"
    assert log.read_text().count("I am dying") == 2
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(state_dir.stat().st_mode) == 0o700


def test_a_shared_redis_is_passed_on(state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller's word wins over the environment's."""
    monkeypatch.setenv("MIGRATOR_REDIS_URL", "redis://of-the-environment")

    assert _about_a_worker(state_dir, redis_url="redis://shared")["redis"] == "redis://shared"


@pytest.mark.parametrize("name", ["MIGRATOR_REDIS_URL", "migrator_redis_url"])
def test_without_one_a_worker_enters_the_embedded_valkey_by_itself(
    name: str, state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a user of the server like its coordinator; an absolute directory says which, wherever it runs."""
    monkeypatch.setenv(name, "redis://of-the-environment")
    monkeypatch.chdir(state_dir.parent)

    about = _about_a_worker(Path("state"), redis_url=None)

    assert about["redis"] is None
    assert about["home"] == str(state_dir)


def test_a_workers_session_is_its_own(state_dir: Path) -> None:
    """A Ctrl-C in the terminal goes to the coordinator's group of processes, and to no worker."""
    assert _about_a_worker(state_dir, redis_url=None)["session"] != os.getsid(0)


def _about_a_worker(state_dir: Path, redis_url: str | None) -> dict[str, object]:
    command = _running(DRAINS_AT_EOF)
    with worker_processes(1, state_dir=state_dir, redis_url=redis_url, command=command):
        _wait_until(lambda: len(_pids("ready", state_dir)) == 1)
    return _said("ready", state_dir)[0]


def test_a_folder_named_workers_where_the_command_was_typed_is_not_run(
    state_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -m` looks into the working directory first, and many a Prefect project has such a folder."""
    (tmp_path / "workers").mkdir()
    (tmp_path / "workers" / "__main__.py").write_text("open('hijacked', 'w')")
    monkeypatch.chdir(tmp_path)
    command = [*WORKER_COMMAND[: WORKER_COMMAND.index("workers") + 1], "--help"]

    with worker_processes(1, state_dir=state_dir, command=command, pauses=()) as fleet:
        _wait_until(lambda: fleet.poll() == 0)

    assert not (tmp_path / "hijacked").exists()


def test_a_state_directory_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """Nothing is started that could not say what it does."""
    (tmp_path / "file").touch()

    with (
        pytest.raises(UsageError, match="file/state"),
        worker_processes(1, state_dir=tmp_path / "file" / "state", command=_running(DIES)),
    ):
        pass
