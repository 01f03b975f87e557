"""What a shell completes."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from migrator.cli import COMMANDS, completion, group
from migrator.kinds import KINDS
from migrator.settings import Settings

PROFILES = '[profiles.local]\nPREFECT_API_URL = "http://a/api"\n[profiles.prod]\nPREFECT_API_URL = "http://b/api"\n'


def completed(*typed: str) -> list[str]:
    """What the last word could become."""
    return [item.value for item in ShellComplete(group, {}, "migrator", "").get_completions([*typed[:-1]], typed[-1])]


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of two profiles, and no run anywhere."""
    path = tmp_path / "profiles.toml"
    path.write_text(PROFILES)
    monkeypatch.setenv("PREFECT_PROFILES_PATH", str(path))
    monkeypatch.setattr(completion, "settings", lambda: Settings(state_dir=tmp_path / "state"))
    return path


def test_commands_are_completed() -> None:
    """By name alone: none is imported for it."""
    assert completed("") == list(COMMANDS)
    assert completed("ru") == ["run", "runs"]


@pytest.mark.parametrize("command", ["plan", "run", "verify", "doctor"])
def test_profiles_are_completed(command: str, profiles: Path) -> None:
    """Those that Prefect's file has."""
    assert completed(command, "--from", "") == ["local", "prod"]
    assert completed(command, "--from", "local", "--to", "p") == ["prod"]
    assert profiles.exists()


def test_what_is_broken_completes_nothing_and_says_nothing(profiles: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Whoever is in the midst of a word does not want to hear of it."""
    profiles.write_text("[profiles")

    assert completed("plan", "--from", "") == []
    assert capfd.readouterr() == ("", "")


def test_where_no_run_has_ever_been_none_is_completed(profiles: Path) -> None:
    """And nothing is made for the question: no Valkey, no state."""
    assert completed("status", "") == []
    assert not (profiles.parent / "state").exists()


def test_a_pattern_begins_with_a_kind() -> None:
    """In every command that selects."""
    assert completed("run", "--include", "") == [kind.name for kind in KINDS]
    assert completed("cutover", "last", "--exclude", "work-") == ["work-pool", "work-queue"]


def test_bash_takes_the_script() -> None:
    """A real bash, as a person's that has the line in its .bashrc."""
    script = (
        'eval "$(migrator completion bash)"; COMP_WORDS=(migrator roll); COMP_CWORD=1; '
        '_migrator_completion migrator; echo "${COMPREPLY[@]}"'
    )
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    said = subprocess.run(["/bin/bash", "-c", script], env={"PATH": path}, capture_output=True, text=True, check=True)

    assert said.stdout == "rollback\n"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_a_script_too(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Which calls the program as click says."""
    group(["completion", shell], prog_name="migrator", standalone_mode=False)

    assert f"_MIGRATOR_COMPLETE={shell}_complete" in capsys.readouterr().out
