"""The image and all manifests as a security scanner sees them."""

import subprocess
import sys
from pathlib import Path

from tests.deploy.dockerfile import FILE
from tests.deploy.manifests import K8S, OVERLAYS, ROOT, rendered_text


def test_a_scanner_has_nothing_to_object_to_in_a_cluster(tmp_path: Path) -> None:
    """By checkov, but for what `.checkov.yaml` waives with a reason."""
    for overlay in OVERLAYS:
        (tmp_path / f"{overlay}.yaml").write_text(rendered_text(K8S / "overlays" / overlay), encoding="utf-8")
    scan("--framework", "kubernetes", "--directory", tmp_path)


def test_a_scanner_has_nothing_to_object_to_in_the_image() -> None:
    """Nor there."""
    scan("--framework", "dockerfile", "--file", FILE)


def scan(*what: Path | str) -> None:
    """Let checkov look; it must have nothing to say."""
    command = [Path(sys.executable).parent / "checkov", "--config-file", ROOT / ".checkov.yaml", *what]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
