"""Heartbeats: who hangs is told from who is gone, without Redis."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dramatiq
import pytest
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import AsyncIO

from migrator.embedded.heartbeats import HANGS_AFTER, heartbeat, what_ails
from migrator.errors import UsageError
from workers.middleware.heartbeat import Heartbeat

SECONDS = 30.0
LIVES = """
import sys, time
from pathlib import Path
from migrator.embedded.heartbeats import heartbeat

with heartbeat(Path(sys.argv[1])):
    print("begun", flush=True)
    time.sleep(3600)
"""


@pytest.fixture
def neighbour(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process with a heartbeat in the same directory."""
    process = subprocess.Popen([sys.executable, "-c", LIVES, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_nobody_is_not_alive(tmp_path: Path) -> None:
    """Also where there is no directory yet."""
    assert "no worker process" in what_ails(tmp_path / "nothing")


def test_whoever_has_begun_is_alive(tmp_path: Path) -> None:
    """And whoever has ended is gone, and leaves nothing."""
    with heartbeat(tmp_path / "beats"):
        assert what_ails(tmp_path / "beats") == ""
    assert list((tmp_path / "beats").iterdir()) == []


def test_one_that_hangs_ails_all(tmp_path: Path, neighbour: "subprocess.Popen[str]") -> None:
    """A container is restarted as a whole."""
    long_ago = time.time() - HANGS_AFTER - 5
    [beat] = tmp_path.iterdir()
    os.utime(beat, (long_ago, long_ago))
    with heartbeat(tmp_path):
        assert "hangs" in what_ails(tmp_path)
    assert neighbour.poll() is None


def test_one_that_was_killed_ails_nobody(tmp_path: Path, neighbour: "subprocess.Popen[str]") -> None:
    """It is replaced; what it has left, or what a container left before it was restarted, does not count."""
    neighbour.kill()
    neighbour.wait()
    assert len(list(tmp_path.iterdir())) == 1
    assert "no worker process" in what_ails(tmp_path)
    with heartbeat(tmp_path):
        assert what_ails(tmp_path) == ""


def test_a_directory_that_cannot_be_used_is_wrong_usage(tmp_path: Path) -> None:
    """Instead of a pod that is restarted for ever."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="heartbeats"), heartbeat(tmp_path / "file"):
        pass


def test_a_worker_beats_on_the_loop_that_its_actors_run_on() -> None:
    """A thread of its own would go on while the loop hangs."""
    beats: list[threading.Thread] = []
    begun = threading.Event()

    def beat() -> None:
        beats.append(threading.current_thread())
        begun.set()

    broker = StubBroker(middleware=[AsyncIO(), Heartbeat(beat)])
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=50)
    worker.start()
    try:
        assert begun.wait(SECONDS)
        assert set(beats) == {get_event_loop_thread()}
    finally:
        worker.stop()
        broker.close()
