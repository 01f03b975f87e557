"""A pod that ends has the time it needs: what is in flight is told before anybody is killed."""

import click

from migrator.cli.workers import LEAVE
from migrator.prefect_api.workspace import REQUEST_TIMEOUT
from migrator.settings import Settings
from tests.deploy.commands import parsed
from tests.deploy.manifests import Manifests
from workers.drain import LAST_WORDS


def grace_of(context: click.Context) -> float:
    """For how long workers drain."""
    return float(context.params["grace"])


def test_a_worker_drains_longer_than_any_request_takes_and_is_killed_later(cluster: Manifests) -> None:
    """Draining and leaving end before Kubernetes kills; no request takes as long as draining does."""
    worker = cluster.pod("worker")
    drain = grace_of(parsed(worker.container["args"]))
    assert worker.spec["terminationGracePeriodSeconds"] > drain + LEAVE
    assert drain - LAST_WORDS > REQUEST_TIMEOUT


def test_a_lease_is_longer_than_any_request_takes(cluster: Manifests) -> None:
    """So no node is handed on while a request of its last holder is under way."""
    for component in ("worker", "coordinator"):
        environment = cluster.environment(cluster.pod(component))
        lease = float(environment.get("MIGRATOR_LEASE_SECONDS", Settings.model_fields["lease_seconds"].default))
        assert lease > REQUEST_TIMEOUT


def test_the_process_is_the_container_s_own(cluster: Manifests) -> None:
    """No shell stands between Kubernetes' signals and the program."""
    assert [pod.component for pod in cluster.pods() if pod.is_ours and "command" in pod.container] == []


def test_nobody_s_grace_is_forgotten(cluster: Manifests) -> None:
    """Each pod says how long it may take."""
    assert all(pod.spec["terminationGracePeriodSeconds"] >= 30 for pod in cluster.pods())
