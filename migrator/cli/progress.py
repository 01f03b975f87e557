"""Progress: what goes on, while it does; a board that is drawn again and again, or without a terminal lines."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import RenderableType
from rich.live import Live
from rich.text import Text

from migrator.cli.console import notices
from migrator.engine.scripts import RunState
from migrator.engine.standing import Standing
from migrator.reporting.terminal.board import board_of, line_of

#: Seconds that something is waited for before that is said: workers take a moment to come.
WAITS_FOR = 3.0
#: Seconds between two lines of progress where there is no terminal.
LINE_EVERY = 5.0

Drawing = Callable[[Callable[[], RenderableType], Callable[[], str]], None]
"""Draws a board or says a line, whichever is wanted; each is made only then."""


@contextmanager
def listing_progress() -> Iterator[Callable[[str, str, int], None]]:
    """Shows how many rows of each workspace have come, how fast, and of which kind the last ones were."""
    found: dict[str, int] = {}
    last: dict[str, str] = {}
    since = time.monotonic()
    with _drawn() as draw:

        def advance(profile: str, kind: str, rows: int) -> None:
            found[profile], last[profile] = found.get(profile, 0) + rows, kind
            lines = _listed(found, last, time.monotonic() - since)
            draw(lambda: Text("\n".join(lines)), lambda: "; ".join(lines))

        yield advance


def _listed(found: Mapping[str, int], last: Mapping[str, str], seconds: float) -> list[str]:
    rate = {name: rows / max(0.1, seconds) for name, rows in found.items()}
    return [f"reading {name}: {rows} found, {rate[name]:.0f}/s, {last[name]}" for name, rows in found.items()]


@contextmanager
def run_progress(run_id: str) -> Iterator[Callable[[Standing | None], None]]:
    """Shows how far a run is, how fast, and what it waits for."""
    notices.print(f"run {run_id}")
    waiting = _Waiting()
    with _drawn() as draw:

        def show(standing: Standing | None) -> None:
            if standing is None:
                waiting.tell("Redis")
                return
            if standing.status.state is RunState.PAUSED:
                waiting.tell(_somebody(run_id, standing.status.reason))
                return
            waiting.tell("; ".join(standing.waits_for))
            draw(lambda: board_of(standing), lambda: line_of(standing))

        yield show


def _somebody(run_id: str, reason: str) -> str:
    why = f" ({reason})" if reason else ""
    return f"somebody to let the paused run go on{why}: migrator resume {run_id}"


@contextmanager
def _drawn() -> Iterator[Drawing]:
    """Where there is a terminal, boards, the last of which goes with this; else lines, one every few seconds."""
    if notices.is_terminal and not notices.is_dumb_terminal:
        with Live(console=notices, transient=True, auto_refresh=False) as live:
            yield lambda board, _line: live.update(board(), refresh=True)
    else:
        yield _Lines().draw


class _Lines:
    """Says a line every few seconds."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def draw(self, _board: Callable[[], RenderableType], line: Callable[[], str]) -> None:
        """Say a line if it is time."""
        if time.monotonic() - self._said > LINE_EVERY:
            self._said = time.monotonic()
            notices.print(Text(line()))


class _Waiting:
    """Says what a run waits for, once that has lasted for a while, and that it goes on."""

    def __init__(self) -> None:
        self._said = self._meant = ""
        self._since = time.monotonic()

    def tell(self, waiting: str) -> None:
        """It waits for this; nothing if it goes on."""
        if waiting != self._meant:
            self._meant, self._since = waiting, time.monotonic()
        if waiting != self._said and time.monotonic() - self._since > WAITS_FOR:
            self._said = waiting
            notices.print(Text(f"waiting for {waiting}" if waiting else "goes on"), soft_wrap=True)
