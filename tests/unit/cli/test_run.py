"""`run` without a terminal: `--yes` is demanded of who would have to be asked, and of nobody else."""

from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from migrator.cli import group
from migrator.coordinator.migrating import Audience, Order
from migrator.errors import UsageError
from migrator.reporting.model import RunForm
from migrator.settings import Settings

PAIR = ("source", "destination")
RUN = ["run", "--from", PAIR[0], "--to", PAIR[1]]
PLANNED = cast("RunForm", SimpleNamespace(totals=SimpleNamespace(created=1, updated=0)))


class TakenUpError(Exception):
    """It came as far as that."""


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two profiles, and nobody at a terminal."""
    profiles = tmp_path / "profiles.toml"
    profiles.write_text("".join(f'[profiles.{name}]\nPREFECT_API_URL = "http://{name}"\n' for name in PAIR))
    monkeypatch.setenv("PREFECT_PROFILES_PATH", str(profiles))
    monkeypatch.setattr("sys.stdin", StringIO())


async def _takes_up(*_: Any) -> RunForm:
    raise TakenUpError


async def _plans(_order: Order, _settings: Settings, audience: Audience) -> RunForm:
    audience.plan(PLANNED)
    raise AssertionError


def test_a_run_that_is_taken_up_was_agreed_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked, so nobody has to agree beforehand."""
    monkeypatch.setattr("migrator.cli.run.migrate", _takes_up)
    with pytest.raises(TakenUpError):
        group.main([*RUN, "--run-id", "move-1"], standalone_mode=False)


def test_a_run_that_is_not_there_yet_is_planned_and_not_agreed_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is known only after planning."""
    monkeypatch.setattr("migrator.cli.run.migrate", _plans)
    with pytest.raises(UsageError, match="no terminal"):
        group.main([*RUN, "--run-id", "move-1"], standalone_mode=False)


def test_without_an_id_it_is_refused_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """There can be no run that was agreed to."""
    monkeypatch.setattr("migrator.cli.run.migrate", _takes_up)
    with pytest.raises(UsageError, match="no terminal"):
        group.main(RUN, standalone_mode=False)
