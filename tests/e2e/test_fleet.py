"""The fleet for real, without containers: what a cluster does to coordinator and workers while a workspace moves.

Coordinator and workers are users of their own where the tests run as root and others may run this Python; else they
have homes of their own. They meet at a Redis that speaks TLS and knows one user of few
rights, and know nothing but files.
"""

import json
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from migrator.demo.servers import PrefectServer
from migrator.engine.record import SCHEMA
from migrator.exit_codes import ExitCode
from tests.chaos.proxy import Proxy
from tests.e2e.conftest import Servers, ask_server
from tests.e2e.fleet import PROGRAM, Door, Member, guarded_by, users
from tests.guarded_redis import GuardedRedis, guarded_redis
from tests.patience import came_true, wait_until

pytestmark = pytest.mark.e2e

RUN_ID = "fleet-7f4c"
RUN = ("run", "--from", "source", "--to", "destination", "--yes", "--workers", "0", "--run-id", RUN_ID, "--rate", "25")
WORK = ("workers", "--processes", "1", "--grace", "25")
#: A worker of another version, as far as a run is concerned.
OLDER = f"from migrator.engine import run; run.SCHEMA = {SCHEMA - 1}; from workers.__main__ import main; main()"
#: Seconds until something that must happen counts as not happening.
PATIENCE = 90.0
#: Seconds for which requests are held up, and the line to Redis is cut.
A_WHILE = 2.0
SEALING_KEY = "5e" * 32

Process = subprocess.Popen[bytes]


@dataclass
class Fleet:
    """Who takes part, and what became of it.

    Attributes:
        redis: Where they meet.
        door: The way to the destination.
        destination: The server behind it.
        members: Who takes part, by name.
        codes: How commands ended, by what they were.
        facts: What was seen meanwhile.
        secrets: All that nobody must see.
    """

    redis: GuardedRedis
    door: Door
    destination: PrefectServer
    members: dict[str, Member] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=lambda: {SEALING_KEY})

    def join(self, name: str, user: int | None, home: Path, destination: str, redis_port: int) -> Member:
        """Somebody joins, with a key of its own for the destination, and knows no more than it needs."""
        member = self.members[name] = Member(home, user)
        self.give_key(name, f"key-of-{name}-1")
        member.give("credentials/destination/url", destination)
        member.give("redis/ca.crt", self.redis.ca_file.read_text())
        member.give("sealing/key", SEALING_KEY)
        self.give_password(member)
        member.settings.update(
            HOME=str(home),
            MIGRATOR_STATE_DIR=str(home / "state"),
            MIGRATOR_REDIS_URL=self.redis.url.replace(str(self.redis.port), str(redis_port)),
            MIGRATOR_REDIS_CA_FILE=str(home / "redis/ca.crt"),
            MIGRATOR_REDIS_PASSWORD_FILE=str(home / "redis/password"),
            MIGRATOR_SEALING_KEY_FILE=str(home / "sealing/key"),
            MIGRATOR_CREDENTIALS_DIR=str(home / "credentials"),
            MIGRATOR_HEARTBEAT_DIR=str(home / "heartbeats"),
        )
        return member

    def give_key(self, name: str, key: str) -> None:
        """A key for the destination."""
        self.secrets.add(key)
        self.members[name].give("credentials/destination/api-key", key)

    def give_password(self, member: Member) -> None:
        """The password of Redis, as it is now."""
        password = self.redis.password_file.read_text()
        self.secrets.add(password.strip())
        member.give("redis/password", password)

    def arrived(self) -> int:
        """How many variables have arrived."""
        return int(ask_server(self.destination, "POST", "/variables/count", {}))


@pytest.fixture(scope="module")
def fleet(servers: Servers, module_empty: PrefectServer) -> Iterator[Fleet]:
    """A workspace moves, while its fleet is rolled, cut off, given other keys, and its coordinator is moved."""
    home = Path(tempfile.mkdtemp(prefix="fleet-"))
    home.chmod(0o711)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home)
        redis = stack.enter_context(guarded_redis(home))
        names = ("coordinator", "first", "second", "third", "older")
        door = Door(*(f"key-of-{name}-1" for name in names))
        through_the_door = stack.enter_context(guarded_by(door, module_empty.api_url))
        line = Proxy(redis.port)
        stack.enter_context(line.listening())
        fleet = Fleet(redis, door, module_empty)
        for name, user in zip(names, users(len(names)), strict=True):
            # The line of one of them is bad.
            fleet.join(name, user, home / name, through_the_door, line.port if name == "second" else redis.port)
        fleet.members["coordinator"].give("credentials/source/url", servers.source.api_url)
        started: list[Process] = []
        stack.callback(_end, started)
        _tell_the_story(fleet, line, started)
        yield fleet


def _tell_the_story(fleet: Fleet, line: Proxy, started: list[Process]) -> None:
    def start(name: str, *arguments: str, program: str = PROGRAM) -> Process:
        started.append(fleet.members[name].start(*arguments, program=program))
        return started[-1]

    first, second, older = start("first", *WORK), start("second", *WORK), start("older", program=OLDER)
    coordinator = start("coordinator", *RUN, "--json")
    _until(lambda: fleet.arrived() > 5, "nothing arrives")
    fleet.facts["environments"] = b"".join(_told(process, "environ") for process in started)
    fleet.facts["commands"] = _told(first, "cmdline")
    fleet.codes["alive"] = _ended(start("first", "health", "--alive"))
    fleet.codes["ready"] = _ended(start("first", "health", "--ready"))
    _move_the_coordinator(fleet, coordinator, start)
    coordinator = start("coordinator", *RUN, "--json")
    third = start("third", *WORK)
    _end_with_requests_under_way(fleet, "first", first)
    _cut_off(line)
    _rotate(fleet, "second")
    fleet.codes["run"] = _ended(coordinator)
    fleet.facts["report"] = json.loads(fleet.members["coordinator"].out)
    for name, process in (("second", second), ("third", third), ("older", older)):
        process.send_signal(signal.SIGTERM)
        fleet.codes[name] = _ended(process)
    fleet.codes["verify"] = _ended(start("coordinator", "verify", "--run", RUN_ID, "--json"))
    fleet.facts["verified"] = json.loads(fleet.members["coordinator"].out)


def _move_the_coordinator(fleet: Fleet, coordinator: Process, start: Callable[..., Process]) -> None:
    """Its pod is evicted, and another one begins with the same arguments; then it is waited for no longer."""
    coordinator.send_signal(signal.SIGTERM)
    fleet.codes["moved"] = _ended(coordinator)
    fleet.codes["waited"] = _ended(start("coordinator", *RUN, "--wait", "0.5"))
    fleet.codes["detached"] = _ended(start("coordinator", *RUN, "--detach"))
    fleet.facts["detached"] = fleet.members["coordinator"].out


def _end_with_requests_under_way(fleet: Fleet, name: str, process: Process) -> None:
    """SIGTERM comes while the destination has requests of a worker that it does not answer yet."""
    fleet.door.is_open.clear()
    key = f"key-of-{name}-1"
    _until(lambda: fleet.door.inside[key] > 0, "it has nothing under way")
    process.send_signal(signal.SIGTERM)
    time.sleep(A_WHILE)
    fleet.facts["under way after SIGTERM"] = fleet.door.inside[key]
    fleet.facts["lived on"] = process.poll() is None
    fleet.door.is_open.set()
    fleet.codes[name] = _ended(process)


def _cut_off(line: Proxy) -> None:
    """Nothing gets through to Redis for a while."""
    line.is_down = True
    line.cut()
    time.sleep(A_WHILE)
    line.is_down = False


def _rotate(fleet: Fleet, name: str) -> None:
    """Another password for Redis, and another key for the destination, which the server knows before the files do."""
    password = fleet.redis.add()
    for member in fleet.members.values():
        fleet.give_password(member)
    fleet.redis.take_away_all_but(password)
    fleet.door.keys = {key for key in fleet.door.keys if name not in key} | {f"key-of-{name}-2"}
    came_true(lambda: fleet.door.refused[f"key-of-{name}-1"] > 0, A_WHILE)
    fleet.give_key(name, f"key-of-{name}-2")


def _end(processes: list[Process]) -> None:
    for process in processes:
        process.kill()
        process.wait()


def _told(process: Process, how: str) -> bytes:
    """What a process and those that it has started were told: their `environ`, or their `cmdline`."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return b"".join(Path(f"/proc/{pid}/{how}").read_bytes() for pid in (process.pid, *children))


def _ended(process: Process) -> int:
    return process.wait(PATIENCE)


def _until(happens: Callable[[], bool], otherwise: str) -> None:
    wait_until(happens, PATIENCE, otherwise)


def test_the_run_ends_clean_and_verify_agrees(fleet: Fleet) -> None:
    """Whatever was done to its fleet."""
    assert fleet.codes["run"] == ExitCode.LANDED, fleet.members["coordinator"].log
    assert fleet.codes["verify"] == ExitCode.LANDED, fleet.facts["verified"]
    assert fleet.facts["verified"]["extra"] == []
    assert fleet.facts["report"]["run"] == RUN_ID


def test_a_coordinator_that_is_moved_takes_its_run_up(fleet: Fleet) -> None:
    """Left at SIGTERM, and when its time is over, with 4; with 0 where that was asked for; then followed to its end."""
    assert fleet.codes["moved"] == fleet.codes["waited"] == ExitCode.RESUMABLE
    assert fleet.codes["detached"] == ExitCode.LANDED
    assert f"migrator watch {RUN_ID}" in fleet.facts["detached"]
    assert "has not ended in 0 s" in fleet.members["coordinator"].log


def test_a_worker_ends_what_it_has_under_way(fleet: Fleet) -> None:
    """SIGTERM in mid-flight: it waits for the answers, and tells them; nobody has to find out."""
    assert b"--grace\x0025" in fleet.facts["commands"].partition(b"until-eof")[2], "its processes know nothing of it"
    assert fleet.facts["under way after SIGTERM"] > 0
    assert fleet.facts["lived on"]
    assert fleet.codes["first"] == fleet.codes["second"] == fleet.codes["third"] == 0
    logs = [fleet.members[name].log for name in ("first", "second", "third")]
    assert not any("a worker is gone" in log for log in logs), "a lease was not given back"


def test_every_worker_has_worked(fleet: Fleet) -> None:
    """So nothing above was true because nobody was there."""
    assert all(fleet.door.let_in[f"key-of-{name}-1"] for name in ("first", "second", "third"))


def test_a_worker_goes_on_with_other_credentials(fleet: Fleet) -> None:
    """The old ones were refused before it had the new ones; that cost nothing but time."""
    assert fleet.door.refused["key-of-second-1"]
    assert fleet.door.let_in["key-of-second-2"]


def test_a_worker_that_would_misread_the_run_leaves_it_alone(fleet: Fleet) -> None:
    """And says so."""
    assert f"schema {SCHEMA}, ours is {SCHEMA - 1}" in fleet.members["older"].log
    assert not fleet.door.let_in["key-of-older-1"]


def test_nobody_can_look_into_the_home_of_another(fleet: Fleet) -> None:
    """Each is a user of its own, so what it knows it has been given."""
    first, second = fleet.members["first"], fleet.members["second"]
    if first.user is None:
        pytest.skip("only homes are their own: the tests do not run as root, or others may not run this Python")
    look = ["cat", str(second.home / "sealing/key")]
    assert subprocess.run(look, user=second.user, check=False, capture_output=True).returncode == 0
    assert subprocess.run(look, user=first.user, check=False, capture_output=True).returncode != 0


def test_probes_are_answered(fleet: Fleet) -> None:
    """By the command that a pod runs."""
    assert fleet.codes["alive"] == fleet.codes["ready"] == 0


def test_a_heartbeat_ends_with_its_worker(fleet: Fleet) -> None:
    """Nothing is left that would have to be cleared away."""
    assert [list((fleet.members[name].home / "heartbeats").iterdir()) for name in ("first", "second", "third")] == 3 * [
        []
    ]


def test_no_secret_is_in_environments_logs_or_redis(fleet: Fleet) -> None:
    """Invariant 10: what Redis has written down is all that it was ever told."""
    told = b"".join(path.read_bytes() for path in fleet.redis.data.iterdir())
    assert RUN_ID.encode() in told
    said = "".join(member.log + member.out for member in fleet.members.values()).encode()
    found = [secret for secret in fleet.secrets if secret.encode() in told + said + fleet.facts["environments"]]
    assert found == []
