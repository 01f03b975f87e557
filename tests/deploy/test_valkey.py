"""The Valkey of the component and of the compose file is one that a run may be trusted with; tried with a real one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from redis.exceptions import NoPermissionError

from migrator.engine.safety import LEAST_FREE
from tests.deploy.compose import SERVICES
from tests.deploy.manifests import ROOT, Manifests
from tests.deploy.pods import make_secrets
from tests.deploy.serving import Served, options, served_with
from tests.unit.docs.pages import page

_MEBIBYTES = {"mb": 1, "Gi": 1024, "g": 1024}


def mebibytes(size: str) -> int:
    """A size, as any of our files spells it."""
    number = size.rstrip("mbGig")
    return int(number) * _MEBIBYTES[size.removeprefix(number)]


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """What `make secrets` makes."""
    return make_secrets(tmp_path)


@pytest.fixture(params=["compose", "component"])
def each(request: pytest.FixtureRequest, secrets: Path, tmp_path: Path) -> Iterator[Served]:
    """A Valkey, started as one file or the other says."""
    started_with = SERVICES["valkey"]["command"][1:]
    if request.param == "component":
        cluster: Manifests = request.getfixturevalue("trial")
        started_with = cluster.pod("redis").container["args"]
    with served_with(options(started_with), secrets / "valkey" / "users.acl", tmp_path) as found:
        yield found


def test_the_program_finds_it_safe(each: Served, secrets: Path) -> None:
    """With the user, the password file and the rights that it has there."""
    environment = {
        "PATH": os.environ["PATH"],
        "MIGRATOR_REDIS_URL": each.url,
        "MIGRATOR_REDIS_PASSWORD_FILE": str(secrets / "redis" / "password"),
    }
    command = [sys.executable, "-c", "from migrator.cli import main; main()", "health", "--ready"]
    answered = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (answered.returncode, answered.stdout) == (0, "ready\n"), answered.stderr


def test_the_nameless_user_may_be_answered_and_no_more(each: Served) -> None:
    """Which is what probes do."""
    with redis.Redis(port=each.port) as nobody:
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
