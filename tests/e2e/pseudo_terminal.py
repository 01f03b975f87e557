"""A command at a pseudo-terminal: it sees a person, who answers its questions."""

import os
import pty
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

#: How every question of ours ends.
QUESTION = "[y/N]"


@contextmanager
def at_a_terminal(
    command: Sequence[str], directory: Path, environment: Mapping[str, str]
) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Start a command, in a session of its own; yields it, and the descriptor of the person's end."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        command,
        cwd=directory,
        env=environment,
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


def answering(controller: int, answer: Callable[[], str]) -> Iterator[str]:
    """What is shown until the command ends, piece by piece; each question is answered when it is asked."""
    shown, asked = "", 0
    with suppress(OSError):  # what Linux says when the other end is closed
        while text := os.read(controller, 4096):
            piece = text.decode(errors="replace")
            shown += piece
            if shown.count(QUESTION) > asked:
                asked += 1
                os.write(controller, f"{answer()}\n".encode())
            yield piece
