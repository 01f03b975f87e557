"""The pods as they are written down, run: read-only root, nobody's user, mounted files, PID 1, probes and signals."""

import os
import shutil
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from migrator.exit_codes import ExitCode
from tests.deploy.manifests import Manifests, Pod
from tests.deploy.sandbox import Sandbox, sandbox
from tests.deploy.serving import Served
from tests.deploy.test_settings import mounted_secrets

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("nsenter") is None, reason="only root may make namespaces, by util-linux"
)
#: Seconds that a pod has to be well, on a busy machine.
PATIENCE = 60.0


@pytest.fixture
def cluster_of_one(trial: Manifests, served: Served, secrets: Path, tmp_path: Path) -> "ClusterOfOne":
    """Starts pods of the trial, with the test's own Valkey and Secrets."""
    return ClusterOfOne(trial, served, secrets, tmp_path)


class ClusterOfOne:
    """What starts a pod as a cluster would."""

    def __init__(self, manifests: Manifests, served: Served, secrets: Path, place: Path) -> None:
        self._manifests = manifests
        self._served = served
        self._secrets = secrets
        self._place = place

    def run(self, pod: Pod) -> AbstractContextManager[Sandbox]:
        """A pod for as long as the block lasts."""
        own = {"MIGRATOR_REDIS_URL": self._served.url, "RUN_ID": "first"}
        environment = self._manifests.environment(pod) | own
        names = mounted_secrets(pod).items()
        mounts = {path: self._secrets / name.removeprefix("migrator-") for path, name in names}
        root = self._place / pod.component
        root.mkdir()
        return sandbox(pod, environment, mounts, root)


def probe(pod: Pod, name: str) -> list[str]:
    """The command of a probe."""
    command: list[str] = pod.container[f"{name}Probe"]["exec"]["command"]
    return command


def becomes(running: Sandbox, command: list[str], code: int) -> bool:
    """Whether a probe answers so before patience ends."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert running.process.poll() is None, running.process.communicate()[1]
        if running.probe(command) == code:
            return True
        time.sleep(0.2)
    return False


def test_a_worker_is_well_and_ends_when_it_is_asked_to(trial: Manifests, cluster_of_one: ClusterOfOne) -> None:
    """Alive and ready by its own probes; and SIGTERM reaches PID 1, which ends in time."""
    worker = trial.pod("worker")
    with cluster_of_one.run(worker) as running:
        assert becomes(running, probe(worker, "startup"), ExitCode.LANDED)
        assert becomes(running, probe(worker, "readiness"), ExitCode.LANDED)
        assert running.end(worker.spec["terminationGracePeriodSeconds"]) == ExitCode.LANDED


def test_a_redis_that_is_away_makes_a_worker_unready_and_restarts_none(
    trial: Manifests, cluster_of_one: ClusterOfOne, served: Served
) -> None:
    """It is alive, and waits."""
    worker = trial.pod("worker")
    with cluster_of_one.run(worker) as running:
        assert becomes(running, probe(worker, "startup"), ExitCode.LANDED)
        served.kill()
        assert becomes(running, probe(worker, "readiness"), ExitCode.UNREACHABLE)
        assert running.probe(probe(worker, "liveness")) == ExitCode.LANDED


def test_the_page_is_shown_and_ends_when_it_is_asked_to(trial: Manifests, cluster_of_one: ClusterOfOne) -> None:
    """With neither credentials nor a place to write."""
    page = trial.pod("dashboard")
    with cluster_of_one.run(page) as running:
        assert becomes(running, probe(page, "startup"), ExitCode.LANDED)
        assert running.probe(probe(page, "readiness")) == ExitCode.LANDED
        assert running.end(page.spec["terminationGracePeriodSeconds"]) == ExitCode.LANDED


def test_a_coordinator_whose_source_is_away_says_so_with_a_code_that_is_tried_again(
    trial: Manifests, cluster_of_one: ClusterOfOne
) -> None:
    """It has found its settings, its Redis and its mounted credentials by then."""
    with cluster_of_one.run(trial.pod("coordinator")) as running:
        _, said = running.process.communicate(timeout=PATIENCE)
    assert running.process.returncode == ExitCode.UNREACHABLE, said
    assert "cannot be reached" in said
