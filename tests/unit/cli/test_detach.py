"""`run --detach`: what contradicts it is refused before anything is looked at."""

from pathlib import Path

import pytest

from migrator.cli import group
from migrator.errors import UsageError

PAIR = ("source", "destination")
RUN = ["run", "--from", PAIR[0], "--to", PAIR[1], "--yes", "--detach"]


@pytest.fixture(autouse=True)
def _profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two, and no shared Redis."""
    profiles = tmp_path / "profiles.toml"
    profiles.write_text("".join(f'[profiles.{name}]\nPREFECT_API_URL = "http://{name}"\n' for name in PAIR))
    monkeypatch.setenv("PREFECT_PROFILES_PATH", str(profiles))
    monkeypatch.delenv("MIGRATOR_REDIS_URL", raising=False)


@pytest.mark.parametrize("more", [["--wait", "5"], ["--workers", "2"]])
def test_who_leaves_a_run_to_others_neither_waits_nor_works(more: list[str]) -> None:
    """What was asked for would be passed over in silence."""
    with pytest.raises(UsageError, match="follows nothing and starts no workers"):
        group.main([*RUN, *more], standalone_mode=False)


def test_no_workers_are_what_it_starts() -> None:
    """To say so is no contradiction; here the shared Redis is missing."""
    with pytest.raises(UsageError, match="without a shared Redis"):
        group.main([*RUN, "--workers", "0"], standalone_mode=False)
