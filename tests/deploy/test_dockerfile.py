"""The image: small, without what installs or compiles, nobody's root, and the program is PID 1."""

import re
import subprocess
import sys
from pathlib import Path

from migrator import __version__
from migrator.settings import Settings
from tests.deploy.commands import parsed
from tests.deploy.compose import SERVICES
from tests.deploy.dockerfile import FILE, environment, exec_form, instructions, last, stages
from tests.deploy.manifests import ROOT


def test_it_has_no_bad_habit() -> None:
    """By hadolint, whatever it has to say."""
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, FILE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_signals_reach_the_program() -> None:
    """It is the process itself, not a shell's child."""
    assert exec_form(last("ENTRYPOINT")) == ["migrator"]


def test_what_it_does_by_itself_is_what_a_worker_of_the_compose_file_does() -> None:
    """With the same drain."""
    command = exec_form(last("CMD"))
    parsed(command)
    assert command == SERVICES["worker"]["command"]


def test_it_knows_whether_it_is_well() -> None:
    """By a command of ours that is quick, and asks no Redis."""
    _, _, command = last("HEALTHCHECK").partition(" CMD ")
    program, *arguments = exec_form(command)
    assert program == "migrator"
    assert parsed(arguments).params["question"] == "alive"


def test_it_is_nobody_s_root() -> None:
    """By number, which is what Kubernetes can check."""
    assert last("USER") == "10001:10001"


def test_the_base_is_one_and_pinned() -> None:
    """Both stages have the same Python, or the environment of the first would not run in the second."""
    base = next(rest for word, rest in instructions() if word == "ARG")
    froms = [rest for word, rest in instructions() if word == "FROM"]
    assert re.fullmatch(r"PYTHON=python:3\.11-slim-bookworm", base)
    assert froms == ["${PYTHON} AS build", "${PYTHON}"]


def test_nothing_is_compiled_and_nothing_can_be_installed() -> None:
    """Wheels or no image; pip stays behind."""
    build, final = stages()
    installs = [rest for word, rest in build if word == "RUN"]
    assert "--only-binary :all:" in installs[0]
    assert "--constraint constraints.txt" in installs[0]
    assert "--no-deps" in installs[1]
    text = " ".join(rest for word, rest in (*build, *final) if word == "RUN")
    assert not re.search(r"apt|gcc|build-essential|curl|wget", text)
    removes = " ".join(rest for word, rest in final if word == "RUN")
    assert "pip uninstall --yes" in removes
    assert re.search(r"rm -rf \S+/ensurepip", removes)


def test_its_settings_are_ours_and_what_it_writes_is_below_tmp() -> None:
    """The root may be read-only."""
    ours = {name: value for name, value in environment().items() if name.startswith("MIGRATOR_")}
    assert ours.keys() <= {f"MIGRATOR_{name.upper()}" for name in Settings.model_fields}
    assert all(value.startswith("/tmp/") for value in (*ours.values(), environment()["HOME"]))  # noqa: S108


def test_its_labels_say_what_it_is() -> None:
    """By the names that registries know."""
    labels = set(re.findall(r"org\.opencontainers\.image\.([\w.]+)=", last("LABEL")))
    assert {"title", "description", "licenses", "version", "revision", "created", "base.name"} <= labels
    assert ("ARG", f"VERSION={__version__}") in stages()[-1]


def test_only_what_is_copied_can_get_in() -> None:
    """Of a folder full of secrets and tests."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {
        name
        for stage in stages()
        for word, rest in stage
        if word == "COPY" and "--from" not in rest
        for name in rest.split()[:-1]
    }
    assert lines[1] == "*"
    assert let_in == copied
    assert subprocess.run(["git", "check-ignore", "--quiet", "secrets/redis/password"], cwd=ROOT).returncode == 0  # noqa: S607, PLW1510
