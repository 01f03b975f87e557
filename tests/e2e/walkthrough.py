"""A walk-through of the documentation as a person takes it: each command typed at a terminal, its output read along.

In a `console` block a line with `$ ` is a command, all others are what it shows. Numbers in them are any numbers, and a
line of `…` is any number of lines. An id on the page stands for the one that is shown in its place, there and wherever
it is typed or shown again.
"""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.e2e.pseudo_terminal import answering, at_a_terminal

#: Seconds that a command, or what one leaves running, may take to show what the page shows.
PATIENCE = 180.0
#: What changes the shell itself, so that it holds for all that follows.
LASTING = (". ", "export ", "cd ")
#: What a person leaves running in a terminal of its own, and what it shows when it is ready.
LEFT_RUNNING = {"migrator demo --serve": "Ctrl-C ends both", "migrator dashboard": "until Ctrl-C"}

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ID = re.compile(r"[0-9a-f-]{16,}")
_GROUP = re.compile(rf"(\(\?P<(id_\w+)>{re.escape(_ID.pattern)}\))")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Typed:
    """A command, and what the page says that it shows."""

    command: str
    shows: list[str]

    def judge(self, shown: str, ids: "Ids") -> None:
        """Hold what was shown against the page, and learn what its ids stand for."""
        found = re.search(_pattern(self.shows, ids), _plain(shown))
        assert found is not None, f"$ {self.command}\n{_plain(shown)}"
        ids.learn(found)


class Ids(dict[str, str]):
    """What the ids of a page stand for."""

    def in_place(self, text: str) -> str:
        """A text with what they stand for in their place."""
        return _ID.sub(lambda found: self.get(found[0], found[0]), text)

    def learn(self, found: re.Match[str]) -> None:
        """Take from a match what those stand for that were not known."""
        self.update({_id_of(group): shown for group, shown in found.groupdict().items()})


def commands_of(page: str) -> Iterator[Typed]:
    """What a page lets one type, in order."""
    for block in _BLOCK.findall(page):
        for lines in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shows = lines.splitlines()
            yield Typed(command.partition("  #")[0].rstrip(), shows)


class Terminal:
    """A person at a terminal of some width, who says yes to every question."""

    def __init__(self, home: Path, environment: dict[str, str], columns: int = 100) -> None:
        self._home = home
        self._environment = {**environment, "COLUMNS": str(columns), "TERM": "xterm"}
        self._lasting: list[str] = []
        self._ids = Ids()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def type(self, typed: Typed) -> None:
        """Type a command, wait for its end, and read what it shows."""
        command = self._ids.in_place(typed.command)
        if command.startswith(LASTING):
            self._lasting.append(command)
            return
        ready = next((shows for begin, shows in LEFT_RUNNING.items() if command.startswith(begin)), None)
        shown = self._ended(command) if ready is None else self._open.enter_context(self._left_running(command, ready))
        typed.judge(shown, self._ids)

    def _ended(self, command: str) -> str:
        """What a command shows until its end, which must be a good one."""
        with self._started(command) as (process, controller):
            shown = "".join(answering(controller, lambda: "y"))
            code = process.wait(PATIENCE)
        assert code == 0, f"$ {command}\n{_plain(shown)}\nended with {code}"
        return shown

    @contextmanager
    def _left_running(self, command: str, ready: str) -> Iterator[str]:
        """Start a command, and wait until it shows that it is ready."""
        with self._started(command) as (process, controller):
            shown, pieces = "", answering(controller, lambda: "y")
            for piece in pieces:
                shown += piece
                if ready in shown:
                    break
            try:
                yield shown
            finally:
                os.killpg(process.pid, signal.SIGINT)
                for _ in pieces:
                    pass
                process.wait(PATIENCE)

    def _started(self, command: str) -> AbstractContextManager[tuple["subprocess.Popen[bytes]", int]]:
        script = "\n".join([*self._lasting, command])
        return at_a_terminal(["/bin/bash", "-c", script], self._home, self._environment)


def _plain(shown: str) -> str:
    """What a terminal shows in the end of lines that are drawn again and again."""
    lines = _ESCAPES.sub("", shown).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rpartition("\r")[2].rstrip() for line in lines)


def _pattern(lines: list[str], ids: Ids) -> str:
    """A pattern for lines one after another, whatever stands before and behind. An id that is not known is a group."""
    pattern = "\n".join(".*(?:\n.*)*?" if line.strip() == "…" else _line(line) for line in lines)
    for mark, group in dict.fromkeys(_GROUP.findall(pattern)):
        before, _, behind = pattern.partition(mark)
        known = ids.get(_id_of(group))
        first, again = (known, known) if known else (mark, f"(?P={group})")
        pattern = before + first + behind.replace(mark, again)
    return pattern


def _line(line: str) -> str:
    return "[ ]*" + "[ ]+".join(map(_word, line.split()))


def _word(word: str) -> str:
    """A word: what looks like an id is any id, a number any number, and `…` anything."""
    if word == "…":
        return ".*"
    if _ID.fullmatch(word):
        return f"(?P<id_{word.replace('-', '_')}>{_ID.pattern})"
    return re.sub(r"[0-9]+", "[0-9]+", re.escape(word))


def _id_of(group: str) -> str:
    return group.removeprefix("id_").replace("_", "-")
