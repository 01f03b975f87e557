"""What is shown on a terminal, as it was when somebody last looked; `make snapshots` writes it anew."""

from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path

from rich.console import Console

from migrator.reporting.next_steps import next_steps
from migrator.reporting.terminal.board import board_of
from migrator.reporting.terminal.compared import show_verification
from migrator.reporting.terminal.ended import show_run
from migrator.reporting.terminal.looking import show_runs, show_status
from migrator.reporting.terminal.planned import show_plan
from migrator.reporting.terminal.sequels import show_cutover_plan
from tests.unit.reporting.specimens import COMMAND, CUTOVER, LANDED, PLAN, RUN, RUNS, STATUS, VERIFICATION
from tests.unit.reporting.standings import standing_of

FOLDER = Path(__file__).parent / "snapshots"
WIDTHS = (80, 140)
SHOWN: Mapping[str, Callable[[Console], None]] = {
    "plan": lambda console: show_plan(console, PLAN, command=COMMAND),
    "detailed-plan": lambda console: show_plan(console, PLAN, detailed=True, command=COMMAND),
    "board": lambda console: console.print(board_of(standing_of())),
    "run": lambda console: show_run(console, RUN),
    "landed": lambda console: show_run(console, LANDED),
    "report": lambda console: show_run(console, RUN, whole=True),
    "status": lambda console: show_status(console, STATUS, next_steps(RUN.model_copy(update={"state": "running"}))),
    "runs": lambda console: show_runs(console, RUNS),
    "cutover": lambda console: show_cutover_plan(console, CUTOVER),
    "verify": lambda console: show_verification(console, VERIFICATION),
}


def path_of(name: str, width: int) -> Path:
    """Where a snapshot is kept."""
    return FOLDER / f"{name}-{width}.txt"


def text_of(name: str, width: int) -> str:
    """What is shown now at a terminal without colours; spaces at the end of lines are nothing to see."""
    shown = StringIO()
    SHOWN[name](Console(file=shown, width=width, highlight=False))
    return "".join(f"{line.rstrip()}\n" for line in shown.getvalue().splitlines())


def write() -> None:
    """Write every snapshot anew."""
    FOLDER.mkdir(exist_ok=True)
    for name in SHOWN:
        for width in WIDTHS:
            path_of(name, width).write_text(text_of(name, width), encoding="utf-8")


if __name__ == "__main__":
    write()
