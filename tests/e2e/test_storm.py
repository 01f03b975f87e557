"""A storm against real Prefect servers: workers, coordinator and Redis die; nothing is lost, nothing is twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from migrator.demo.servers import PrefectServer
from migrator.embedded.valkey import valkey
from migrator.exit_codes import ExitCode
from tests.e2e.conftest import PATIENCE, Home, Servers, rows_of, wait_until
from tests.e2e.test_interruptions import HALF_WAY, close_pipes, count

pytestmark = pytest.mark.e2e

SEEDS = range(1, 1 + int(os.environ.get("SEEDS", "1")))
#: What happens, and seconds between two events.
EVENTS, PAUSE = 12, (0.3, 2.0)
#: Bytes of the append-only file that are lost at the most.
TORN = 4000


@dataclass
class Storm:
    """Two workers, a coordinator and a Redis, and the one who kills them.

    Attributes:
        home: Whose they are.
        redis: The directory of the Redis.
        random: Decides.
        happened: What has been done.
    """

    home: Home
    redis: Path
    random: random.Random
    happened: list[str] = field(default_factory=list)
    _workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _coordinator: "subprocess.Popen[str] | None" = None

    def begin(self, *command: str) -> None:
        """Start all."""
        self._workers = [self._worker(), self._worker()]
        self._coordinator = self.home.start(*command)

    def rage(self) -> None:
        """Let things happen, each soon after the other, and then nothing more."""
        sorts = [self._kill_a_worker, self._kill_a_worker, self._kill_all_workers, self._kill_redis]
        sorts += [self._tear_redis, self._kill_the_coordinator]
        for _ in range(EVENTS):
            event: Callable[[], None] = self.random.choice(sorts)
            self.happened.append(event.__name__.strip("_"))
            event()
            time.sleep(self.random.uniform(*PAUSE))

    def end(self) -> None:
        """Let what is left drain."""
        for process in self._workers:
            process.terminate()
        for process in self._workers:
            process.wait(PATIENCE)
        self._end_coordinator()

    def _worker(self) -> subprocess.Popen[bytes]:
        log = (self.home.path / "worker.log").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "workers"], env=self.home.environment, stdout=log, stderr=log
            )

    def _kill_a_worker(self) -> None:
        self._replace(self.random.randrange(len(self._workers)))

    def _kill_all_workers(self) -> None:
        for number in range(len(self._workers)):
            self._replace(number)

    def _replace(self, number: int) -> None:
        self._workers[number].kill()
        self._workers[number].wait()
        self._workers[number] = self._worker()

    def _kill_redis(self) -> None:
        server = int((self.redis / "valkey" / "valkey.pid").read_text())
        os.kill(server, signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{server}/cmdline").exists() or _is_gone(server))
        with valkey(self.redis):
            pass

    def _tear_redis(self) -> None:
        server = int((self.redis / "valkey" / "valkey.pid").read_text())
        os.kill(server, signal.SIGKILL)
        wait_until(lambda: _is_gone(server))
        file = max((self.redis / "valkey" / "appendonlydir").glob("*.incr.aof"), key=lambda path: path.stat().st_mtime)
        os.truncate(file, max(0, file.stat().st_size - self.random.randrange(TORN)))
        with valkey(self.redis):
            pass

    def _kill_the_coordinator(self) -> None:
        self._end_coordinator()
        self._coordinator = self.home.start("watch", "last", "--json")

    def _end_coordinator(self) -> None:
        if self._coordinator is not None:
            self._coordinator.kill()
            self._coordinator.wait()
            close_pipes(self._coordinator)


def _is_gone(process: int) -> bool:
    """Whether a process that is not our child has ended, or waits only for its parent to notice."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
def test_after_the_storm_everything_has_arrived_once(
    seed: int, tmp_path: Path, servers: Servers, empty: PrefectServer
) -> None:
    """Invariants 1, 3 and 9 on real parts; `SEEDS=n` tries seeds 1 to n."""
    (tmp_path / "key").write_text("cd" * 32)
    urls = {"source": {"PREFECT_API_URL": servers.source.api_url}, "empty": {"PREFECT_API_URL": empty.api_url}}
    with valkey(tmp_path / "redis") as url:
        settings = {
            "MIGRATOR_REDIS_URL": url,
            "MIGRATOR_SEALING_KEY_FILE": str(tmp_path / "key"),
            "MIGRATOR_LEASE_SECONDS": "45",
        }
        home = Home.made(tmp_path / "home", urls).with_settings(**settings)
        storm = Storm(home, tmp_path / "redis", random.Random(seed))  # noqa: S311 - who is killed, no secret
        storm.begin("run", "--from", "source", "--to", "empty", "--workers", "0", "--yes", "--json")
        try:
            wait_until(lambda: count(empty, "variables") >= HALF_WAY)
            storm.rage()
            watched = home.migrator("watch", "last", "--json")
            assert watched.code == ExitCode.LANDED, (storm.happened, watched.err)
            verified = home.migrator("verify", "--run", "last", "--json")
        finally:
            storm.end()
    wrong = {name: verified.form[name] for name in ("missing", "extra", "different")}
    assert verified.code == ExitCode.LANDED, (storm.happened, wrong)
    assert verified.form["extra"] == [], storm.happened
    there, here = rows_of(empty), rows_of(servers.source)
    for kind in ("automation", "block-document", "deployment", "flow", "variable", "work-queue"):
        assert len(there[kind]) == len(here[kind]), (kind, storm.happened)
