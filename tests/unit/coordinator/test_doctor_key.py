"""What the doctor says of the sealing key. It makes none."""

from pathlib import Path

import pytest

from migrator.coordinator.doctor.sealing import examine_key
from migrator.exit_codes import ExitCode
from migrator.model.finding import Verdict
from migrator.settings import Settings

SECRET = "ab" * 32


def settings(tmp_path: Path, **more: object) -> Settings:
    """Settings of somebody who has never run anything."""
    return Settings.model_validate({"state_dir": tmp_path / "state", **more})


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key that its owner alone can read."""
    path = tmp_path / "key"
    path.write_text(SECRET)
    path.chmod(0o600)
    return path


def test_embedded_the_first_run_makes_it(tmp_path: Path) -> None:
    """So nothing is wrong, and nothing is made."""
    assert examine_key(settings(tmp_path)).verdict is Verdict.FINE
    assert not (tmp_path / "state").exists()


def test_a_key_is_known_by_its_fingerprint(tmp_path: Path, key: Path) -> None:
    """Invariant 10: two machines can be compared without showing it."""
    finding = examine_key(settings(tmp_path, redis_url="redis://h", sealing_key_file=key))
    assert finding.verdict is Verdict.FINE
    assert SECRET not in finding.reason


def test_a_key_that_everybody_may_read_is_warned_of(tmp_path: Path, key: Path) -> None:
    """With the command that changes it."""
    key.chmod(0o644)
    finding = examine_key(settings(tmp_path, sealing_key_file=key))
    assert (finding.verdict, finding.advice) == (Verdict.WARNING, f"chmod 600 {key}")


def test_a_shared_redis_without_one_is_wrong_usage(tmp_path: Path) -> None:
    """No run would start."""
    assert examine_key(settings(tmp_path, redis_url="redis://h")).code is ExitCode.USAGE


def test_what_is_no_key_is_wrong_usage(tmp_path: Path, key: Path) -> None:
    """And what it holds is not shown."""
    key.write_text("hunter2")
    finding = examine_key(settings(tmp_path, sealing_key_file=key))
    assert finding.code is ExitCode.USAGE
    assert "hunter2" not in finding.reason + finding.advice
