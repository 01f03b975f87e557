"""The steps of the image's build, done one by one, without an engine."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.deploy.dockerfile import environment, exec_form, last, stages
from tests.deploy.manifests import ROOT

#: Where the first stage installs the program, and the second expects it.
PLACE = "/opt/migrator"
#: Becomes who the image's processes are; but may read all of this machine, whose Python may be somebody's own.
STRANGER = (
    "setpriv --reuid 10001 --regid 10001 --clear-groups --inh-caps +dac_read_search --ambient-caps +dac_read_search"
)
#: MiB that the program may take in an image, with all that it needs.
LARGEST = 120


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that everybody can look into."""
    with TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)


@pytest.fixture(scope="module")
def built(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first stage installs, in another place."""
    source, place = tmp_path_factory.mktemp("src"), place / "migrator"
    for word, rest in stages()[0]:
        if word == "COPY":
            *names, target = rest.split()
            for name in names:
                _copy(ROOT / name, source / target)
        elif word == "RUN":
            _run(re.sub(r"\bpip --python", "python -m pip --python", rest).replace(PLACE, str(place)), source)
    return place


def test_the_program_is_in_it(built: Path) -> None:
    """And answers."""
    done = subprocess.run([built / "bin" / "migrator", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("migrator, version ")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may be somebody else")
def test_a_stranger_without_a_home_can_use_it(built: Path, place: Path) -> None:
    """By what the image has in its environment; its health command finds no worker."""
    _, _, check = last("HEALTHCHECK").partition(" CMD ")
    inside = {name: value.replace("/tmp", str(place)) for name, value in environment().items()}  # noqa: S108
    inside["PATH"] = f"{built / 'bin'}:/usr/bin:/bin"
    shown, ill = (
        subprocess.run([*STRANGER.split(), *command], env=inside, capture_output=True, text=True, check=False)
        for command in ([*exec_form(last("ENTRYPOINT")), "--help"], exec_form(check))
    )
    assert (shown.returncode, ill.returncode) == (0, 1), shown.stderr + ill.stderr
    assert ill.stderr.startswith("no worker process has a heartbeat")


def test_the_workers_and_what_fills_the_demo_are_in_it(built: Path) -> None:
    """With all that they import."""
    for module in ("workers.__main__", "migrator.demo.filling", "migrator.cli.dashboard", "migrator.cli.health"):
        subprocess.run([built / "bin" / "python", "-P", "-c", f"import {module}"], check=True)


def test_nothing_that_installs_or_tests_is_in_it(built: Path) -> None:
    """Nor anything that the program does not need."""
    found = {path.name for path in built.glob("lib/python3*/site-packages/*")}
    assert not found & {"pip", "setuptools", "wheel", "pytest", "hypothesis", "mypy", "prefect", "tests"}


def test_it_is_small(built: Path) -> None:
    """Whatever a new dependency brings along."""
    size = sum(path.stat().st_size for path in built.rglob("*") if path.is_file() and not path.is_symlink())
    assert size < LARGEST * 2**20


def _copy(path: Path, target: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(path, target)


def _run(step: str, source: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    subprocess.run(["sh", "-e", "-c", step], cwd=source, env=environment, check=True)  # noqa: S607
