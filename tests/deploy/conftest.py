"""Every test of a cluster's manifests is a test of each overlay."""

import shutil

import pytest

from tests.deploy.manifests import OVERLAYS, Manifests, rendered


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


def _rendered(overlay: str) -> Manifests:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not here; nothing else renders the overlays as it does")
    return rendered(overlay)
