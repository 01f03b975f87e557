"""The pods as they are written down, run: read-only root, nobody's user, mounted files, PID 1, probes and signals."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrator.exit_codes import ExitCode
from tests.deploy.manifests import Manifests
from tests.deploy.pods import PATIENCE, ClusterOfOne, becomes, cluster_of_one, needs_root, probe, with_arguments

pytestmark = needs_root


@pytest.fixture
def node(trial: Manifests, tmp_path: Path) -> Iterator[ClusterOfOne]:
    """What starts pods of the trial."""
    with cluster_of_one(trial, tmp_path) as found:
        yield found


def test_a_worker_is_well_and_ends_when_it_is_asked_to(node: ClusterOfOne) -> None:
    """Alive and ready by its own probes; and SIGTERM reaches PID 1, which ends in time."""
    worker = node.manifests.pod("worker")
    with node.run(worker) as running:
        assert becomes(running, probe(worker, "startup"), ExitCode.LANDED)
        assert becomes(running, probe(worker, "readiness"), ExitCode.LANDED)
        assert running.end(worker.spec["terminationGracePeriodSeconds"]) == ExitCode.LANDED


def test_a_redis_that_is_away_makes_a_worker_unready_and_restarts_none(node: ClusterOfOne) -> None:
    """It is alive, and waits."""
    worker = node.manifests.pod("worker")
    with node.run(worker) as running:
        assert becomes(running, probe(worker, "startup"), ExitCode.LANDED)
        node.redis.kill()
        assert becomes(running, probe(worker, "readiness"), ExitCode.UNREACHABLE)
        assert running.probe(probe(worker, "liveness")) == ExitCode.LANDED


def test_the_page_is_shown_and_ends_when_it_is_asked_to(node: ClusterOfOne) -> None:
    """With neither credentials nor a place to write."""
    page = node.manifests.pod("dashboard")
    with node.run(page) as running:
        assert becomes(running, probe(page, "startup"), ExitCode.LANDED)
        assert running.probe(probe(page, "readiness")) == ExitCode.LANDED
        assert running.end(page.spec["terminationGracePeriodSeconds"]) == ExitCode.LANDED


def test_a_coordinator_whose_workspace_is_away_says_so_with_a_code_that_is_tried_again(node: ClusterOfOne) -> None:
    """It has found its settings, its Redis and its mounted credentials by then."""
    with node.run(node.manifests.pod("coordinator")) as running:
        _, said = running.process.communicate(timeout=PATIENCE)
    assert running.process.returncode == ExitCode.UNREACHABLE, said
    assert "cannot be reached" in said


@pytest.mark.parametrize("arguments", [(), ("doctor", "--from", "source", "--to", "destination")])
def test_a_coordinator_that_still_reads_a_workspace_ends_when_it_is_asked_to(
    node: ClusterOfOne, arguments: tuple[str, ...]
) -> None:
    """The kernel keeps a signal from PID 1 that it has said nothing of; and the code is one that is tried again."""
    template = node.manifests.pod("coordinator")
    pod = with_arguments(template, *arguments) if arguments else template
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(PATIENCE)
        for side in ("source", "destination"):
            (node.secrets / side / "url").write_text(f"http://127.0.0.1:{silent.getsockname()[1]}/api")
        with node.run(pod) as running:
            asked, _ = silent.accept()
            with asked:
                assert running.end(pod.spec["terminationGracePeriodSeconds"]) == ExitCode.INTERRUPTED
