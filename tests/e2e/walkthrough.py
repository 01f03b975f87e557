"""A walk-through of the documentation as a person takes it: each command typed at a terminal, its output read along.

In a `console` block a line with `$ ` is a command, all others are what it shows. Numbers in them are any numbers, and a
line of `…` is any number of lines.
"""

import os
import pty
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

#: Seconds that a command, or what one leaves running, may take to show what the page shows.
PATIENCE = 180.0
#: What changes the shell itself, so that it holds for all that follows.
LASTING = (". ", "export ", "cd ")
#: What a person leaves running in a terminal of its own, and what it shows when it is ready.
LEFT_RUNNING = {"migrator demo --serve": "Ctrl-C ends both", "migrator dashboard": "http://"}

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ID = re.compile(r"[0-9a-f-]{16,}")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Typed:
    """A command, and what the page says that it shows."""

    command: str
    shows: list[str] = field(default_factory=list)

    def judge(self, shown: str) -> None:
        """Hold what was shown against the page."""
        assert re.search(_pattern(self.shows), _plain(shown)), f"$ {self.command}\n{_plain(shown)}"


def commands_of(page: str) -> Iterator[Typed]:
    """What a page lets one type, in order."""
    for block in _BLOCK.findall(page):
        typed: Typed | None = None
        for line in block.splitlines():
            if line.startswith("$ "):
                if typed is not None:
                    yield typed
                typed = Typed(line[2:].partition("  #")[0].rstrip())
            elif typed is not None:
                typed.shows.append(line)
        if typed is not None:
            yield typed


class Terminal:
    """A person at a terminal of some width, who says yes to every question."""

    def __init__(self, home: Path, environment: dict[str, str], columns: int = 100) -> None:
        self._home = home
        self._environment = {**environment, "COLUMNS": str(columns), "TERM": "xterm"}
        self._lasting: list[str] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def type(self, typed: Typed) -> None:
        """Type a command, wait for its end, and read what it shows."""
        if typed.command.startswith(LASTING):
            self._lasting.append(typed.command)
            return
        ready = next((shows for command, shows in LEFT_RUNNING.items() if typed.command.startswith(command)), None)
        if ready is not None:
            typed.judge(self._open.enter_context(self._left_running(typed.command, ready)))
            return
        with self._started(typed.command) as (process, controller):
            shown = "".join(_answering(controller))
            code = process.wait(PATIENCE)
        assert code == 0, f"$ {typed.command}\n{_plain(shown)}\nended with {code}"
        typed.judge(shown)

    @contextmanager
    def _left_running(self, command: str, ready: str) -> Iterator[str]:
        """Start a command, and wait until it shows that it is ready."""
        with self._started(command) as (process, controller):
            shown = ""
            for text in _answering(controller):
                shown += text
                if ready in shown:
                    break
            try:
                yield shown
            finally:
                os.killpg(process.pid, signal.SIGINT)
                with suppress(OSError):
                    while os.read(controller, 4096):
                        pass
                process.wait(PATIENCE)

    @contextmanager
    def _started(self, command: str) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
        controller, terminal = pty.openpty()
        script = "\n".join([*self._lasting, command])
        process = subprocess.Popen(
            ["/bin/bash", "-c", script],
            cwd=self._home,
            env=self._environment,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
        )
        os.close(terminal)
        try:
            yield process, controller
        finally:
            os.close(controller)


def _answering(controller: int) -> Iterator[str]:
    """What is shown, piece by piece, while every question is answered with yes."""
    shown, asked = "", 0
    with suppress(OSError):  # what Linux says when the other end is closed
        while text := os.read(controller, 4096):
            piece = text.decode(errors="replace")
            shown += piece
            if shown.count("[y/N]") > asked:
                asked += 1
                os.write(controller, b"y\n")
            yield piece


def _plain(shown: str) -> str:
    """What a terminal shows in the end of lines that are drawn again and again."""
    lines = _ESCAPES.sub("", shown).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rpartition("\r")[2].rstrip() for line in lines)


def _pattern(lines: list[str]) -> str:
    """A pattern for lines one after another, whatever stands before and behind."""
    return "\n".join(".*(?:\n.*)*?" if line.strip() == "…" else _line(line) for line in lines)


def _line(line: str) -> str:
    return "[ ]*" + "[ ]+".join(map(_word, line.split()))


def _word(word: str) -> str:
    """A word: what looks like an id is any id, a number any number, and `…` anything."""
    if word == "…":
        return ".*"
    if _ID.fullmatch(word):
        return _ID.pattern
    return re.sub(r"[0-9]+", "[0-9]+", re.escape(word))
