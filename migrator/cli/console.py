"""The terminal: results on stdout, notices and questions on stderr."""

import itertools
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

import click
from rich.console import Console

from migrator.errors import RefusedError, UsageError

#: Columns where there is no terminal: nothing is wrapped.
ENDLESS = 100_000


def console_on(file: TextIO) -> Console:
    """A console on a file: what stands there is in colour and wrapped only if it is a terminal."""
    console = Console(file=file, highlight=False)
    if not console.is_terminal:
        console.width = ENDLESS
    return console


results = console_on(sys.stdout)
"""Where results go."""
notices = console_on(sys.stderr)
"""Where progress, notices and questions go."""


def print_pieces(*texts: Iterable[str]) -> None:
    """Print texts one after another, piece by piece, so that none is ever whole in memory."""
    sys.stdout.writelines(itertools.chain.from_iterable(texts))
    sys.stdout.flush()


def confirm(writes: Mapping[str, int], where: str, *, yes: bool) -> None:
    """Ask before resources are written.

    Args:
        writes: What would be done to how many.
        where: The profile of the workspace.
        yes: It was said already.

    Raises:
        RefusedError: The answer is no.
    """
    said = " and ".join(f"{verb} {number}" for verb, number in writes.items() if number)
    ask(f"{said.capitalize()} resources in '{where}'?", yes=yes)


def ask(question: str, *, yes: bool) -> None:
    """Ask before anything is written.

    Raises:
        RefusedError: The answer is no.
    """
    if not yes and not agrees(question):
        raise RefusedError("declined; nothing was written", "the same command asks again; --yes agrees beforehand")


def agrees(question: str) -> bool:
    """The answer to a question."""
    # The event loop's handler would only remember a Ctrl-C until the question is answered.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return click.confirm(question, err=True)
    finally:
        signal.signal(signal.SIGINT, handler)


def require_terminal(*, yes: bool) -> None:
    """Refuse early what could not be confirmed later.

    Raises:
        UsageError: Nobody is there to ask.
    """
    if not yes and not sys.stdin.isatty():
        raise UsageError("there is no terminal to confirm at", "say --yes")


@contextmanager
def phase(what: str) -> Iterator[None]:
    """Says what takes a while."""
    if notices.is_terminal:
        with notices.status(what):
            yield
    else:
        notices.print(what)
        yield
