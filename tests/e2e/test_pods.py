"""A migration by the pods of the manifests, as they are written down, without a node."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrator.demo.servers import PrefectServer
from migrator.exit_codes import ExitCode
from tests.deploy.manifests import rendered
from tests.deploy.pods import ClusterOfOne, becomes, cluster_of_one, needs_root, probe, with_arguments
from tests.deploy.sandbox import Sandbox
from tests.e2e.conftest import COMMAND_SECONDS, Servers, asking

pytestmark = [
    needs_root,
    pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not here; nothing else renders manifests"),
]
#: What only Redis needs to be asked for.
STATUS = ("migrator", "status", "first")


@pytest.fixture
def node(servers: Servers, empty: PrefectServer, tmp_path: Path) -> Iterator[ClusterOfOne]:
    """The trial, between the session's filled workspace and an empty one."""
    with cluster_of_one(rendered("dev"), tmp_path) as found:
        (found.secrets / "source" / "url").write_text(servers.source.api_url)
        (found.secrets / "destination" / "url").write_text(empty.api_url)
        yield found


def test_the_next_pod_of_a_job_takes_up_the_run_of_one_that_was_killed(
    node: ClusterOfOne, servers: Servers, empty: PrefectServer
) -> None:
    """It ends it as its own, with all landed; and a Job from the same template proves it."""
    worker, coordinator = node.manifests.pod("worker"), node.manifests.pod("coordinator")
    with node.run(worker) as workers:
        assert becomes(workers, probe(worker, "startup"), ExitCode.LANDED)
        with node.run(coordinator) as first:
            assert becomes(first, STATUS, ExitCode.LANDED)  # it is published; leaving the block kills its pod
        assert first.process.returncode != ExitCode.LANDED
        with node.run(coordinator) as second:
            assert ended(second) == ExitCode.LANDED
        with node.run(with_arguments(coordinator, "verify", "--run", "first")) as proof:
            assert ended(proof) == ExitCode.LANDED
        assert workers.end(worker.spec["terminationGracePeriodSeconds"]) == ExitCode.LANDED
    there, here = (asking(server)("POST", "/variables/count", {}) for server in (servers.source, empty))
    assert there == here > 0


def ended(running: Sandbox) -> int:
    """How a pod ends by itself."""
    running.process.communicate(timeout=COMMAND_SECONDS)
    code: int = running.process.returncode
    return code
