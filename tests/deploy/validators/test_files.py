"""The image, the compose file and all of it together, as linters and scanners see them."""

import subprocess
import sys
from pathlib import Path

import yaml
from compose_spec import PyCompose

from tests.deploy.compose import COMPOSE
from tests.deploy.dockerfile import FILE
from tests.deploy.manifests import K8S, OVERLAYS, ROOT, rendered_text

TOOLS = Path(sys.executable).parent


def test_the_compose_file_is_one() -> None:
    """By the specification, its anchors resolved: the parser knows no merging."""
    PyCompose.from_yaml(yaml.safe_dump(COMPOSE))


def test_the_dockerfile_has_no_bad_habit() -> None:
    """By hadolint, whatever it has to say."""
    run(TOOLS / "hadolint", FILE)


def test_a_scanner_has_nothing_to_object_to(tmp_path: Path) -> None:
    """By checkov, but for what `.checkov.yaml` waives with a reason."""
    for overlay in OVERLAYS:
        (tmp_path / f"{overlay}.yaml").write_text(rendered_text(K8S / "overlays" / overlay), encoding="utf-8")
    scan("--framework", "kubernetes", "--directory", tmp_path)
    scan("--framework", "dockerfile", "--file", FILE)


def scan(*what: Path | str) -> None:
    """Let checkov look."""
    run(TOOLS / "checkov", "--config-file", ROOT / ".checkov.yaml", *what)


def run(*command: Path | str) -> None:
    """Run a tool that must have nothing to say."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
