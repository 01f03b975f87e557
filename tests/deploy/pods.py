"""Pods of the trial, run without a cluster: a Valkey and Secrets of the test's own, and what starts a pod."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.deploy.manifests import ROOT, Manifests, Pod
from tests.deploy.sandbox import Sandbox, sandbox
from tests.deploy.serving import Served, options, served_with
from tests.deploy.test_settings import mounted_secrets

needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("nsenter") is None, reason="only root may make namespaces, by util-linux"
)
#: Seconds that a pod has to be well, on a busy machine.
PATIENCE = 60.0


@dataclass(frozen=True)
class ClusterOfOne:
    """What starts a pod as a cluster would.

    Attributes:
        manifests: What it was given.
        redis: Its Valkey.
        secrets: The folders of its Secrets.
        place: Where the pods' roots are.
    """

    manifests: Manifests
    redis: Served
    secrets: Path
    place: Path

    def run(self, pod: Pod) -> AbstractContextManager[Sandbox]:
        """A pod for as long as the block lasts."""
        own = {"MIGRATOR_REDIS_URL": self.redis.url, "RUN_ID": "first"}
        names = mounted_secrets(pod).items()
        mounts = {path: self.secrets / name.removeprefix("migrator-") for path, name in names}
        return sandbox(pod, self.manifests.environment(pod) | own, mounts, Path(mkdtemp(dir=self.place)))


@contextmanager
def cluster_of_one(manifests: Manifests, place: Path) -> Iterator[ClusterOfOne]:
    """It, for as long as the block lasts."""
    secrets = make_secrets(place)
    started_with = options(manifests.pod("redis").container["args"])
    with served_with(started_with, secrets / "valkey" / "users.acl", place) as redis:
        yield ClusterOfOne(manifests, redis, secrets, place)


def make_secrets(place: Path) -> Path:
    """What `make secrets` makes."""
    subprocess.run(["make", "--silent", "--file", ROOT / "Makefile", "secrets"], cwd=place, check=True)  # noqa: S607
    return place / "secrets"


def probe(pod: Pod, name: str) -> list[str]:
    """The command of a probe."""
    command: list[str] = pod.container[f"{name}Probe"]["exec"]["command"]
    return command


def becomes(running: Sandbox, command: Sequence[str], code: int) -> bool:
    """Whether a command inside ends so before patience does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert running.process.poll() is None, running.process.communicate()[1]
        if running.probe(command) == code:
            return True
        time.sleep(0.2)
    return False


def with_arguments(pod: Pod, *arguments: str) -> Pod:
    """The same pod with another command of ours."""
    return replace(pod, spec={**pod.spec, "containers": [{**pod.container, "args": list(arguments)}]})
