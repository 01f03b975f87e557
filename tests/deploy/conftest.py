"""Every test of a cluster's manifests is a test of each overlay."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.manifests import OVERLAYS, ROOT, Manifests, rendered
from tests.deploy.serving import Served, options, served_with


@pytest.fixture(params=OVERLAYS)
def cluster(request: pytest.FixtureRequest) -> Manifests:
    """What an overlay would put into a cluster."""
    return _rendered(request.param)


@pytest.fixture
def trial() -> Manifests:
    """The overlay that brings a Valkey of its own."""
    return _rendered("dev")


@pytest.fixture
def production() -> Manifests:
    """The overlay that scales by itself."""
    return _rendered("prod")


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """What `make secrets` makes."""
    subprocess.run(["make", "--silent", "--file", ROOT / "Makefile", "secrets"], cwd=tmp_path, check=True)  # noqa: S607
    return tmp_path / "secrets"


@pytest.fixture
def served(trial: Manifests, secrets: Path, tmp_path: Path) -> Iterator[Served]:
    """A Valkey as that of the trial."""
    started_with = options(trial.pod("redis").container["args"])
    with served_with(started_with, secrets / "valkey" / "users.acl", tmp_path) as found:
        yield found


def _rendered(overlay: str) -> Manifests:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not here; nothing else renders the overlays as it does")
    return rendered(overlay)
