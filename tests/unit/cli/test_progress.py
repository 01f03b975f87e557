"""Progress where there is no terminal: what a run waits for is said once, and that it goes on."""

import io
from dataclasses import replace

import pytest

from migrator.cli import progress
from migrator.cli.console import console_on
from migrator.engine.scripts import RunState
from migrator.engine.standing import Standing
from migrator.engine.status import Status

RUNNING = Standing(Status(RunState.RUNNING, "", 2, 1, {}, {}, 1, 0, 0, 0, 0), workers=2, rate=0.0, hindrances={})
PAUSED = replace(RUNNING, status=replace(RUNNING.status, state=RunState.PAUSED, reason="an upgrade"))


def test_a_paused_run_that_is_followed_waits_for_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """With why it is paused, and what somebody has to type; nothing more, however long that takes."""
    said = io.StringIO()
    monkeypatch.setattr(progress, "notices", console_on(said))
    monkeypatch.setattr(progress, "WAITS_FOR", 0)
    monkeypatch.setattr(progress, "LINE_EVERY", 0)
    with progress.run_progress("move-1") as show:
        for standing in (PAUSED, PAUSED, PAUSED, RUNNING):
            show(standing)
    begun, waits, goes_on, line = said.getvalue().splitlines()
    assert (begun, goes_on) == ("run move-1", "goes on")
    assert waits == "waiting for somebody to let the paused run go on (an upgrade): migrator resume move-1"
    assert line.startswith("1 of 2")
