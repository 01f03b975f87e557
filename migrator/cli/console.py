"""The terminal: results on stdout, progress and questions on stderr."""

import itertools
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
)

from migrator.engine.standing import Standing
from migrator.errors import RefusedError, UsageError

#: Seconds that something is waited for before that is said: workers take a moment to come.
WAITS_FOR = 3.0
#: Seconds between two lines of progress where there is no terminal.
LINE_EVERY = 5.0

#: Columns where there is no terminal: nothing is wrapped.
ENDLESS = 100_000


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        console.width = ENDLESS
    return console


results = _console()
"""Where results go."""
notices = _console(stderr=True)
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
        raise RefusedError("declined; nothing was written")


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
def listing_progress() -> Iterator[Callable[[str, str, int], None]]:
    """Shows how many rows of each workspace have come."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} found"))
    with Progress(*columns, console=notices, transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def advance(profile: str, _kind: str, rows: int) -> None:
            if profile not in tasks:
                tasks[profile] = progress.add_task(f"reading {profile}", total=None)
            progress.advance(tasks[profile], rows)

        yield advance


@contextmanager
def run_progress(run_id: str) -> Iterator[Callable[[Standing | None], None]]:
    """Shows how far a run is, how fast, and what it waits for: a bar, or a line now and then without a terminal."""
    notices.print(f"run {run_id}", highlight=False)
    columns = (
        TextColumn("migrating"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:.0f}/s"),
        TextColumn("{task.fields[left]}"),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=notices, transient=True) as progress:
        task = progress.add_task("", total=None, rate=0.0, left="")
        spoken = since = time.monotonic()
        said = meant = ""

        def wait_for(waiting: str) -> None:
            nonlocal said, meant, since
            if waiting != meant:
                meant, since = waiting, time.monotonic()
            if waiting != said and time.monotonic() - since > WAITS_FOR:
                said = waiting
                notices.print(f"waiting for {waiting}" if waiting else "goes on", highlight=False, soft_wrap=True)

        def show(standing: Standing | None) -> None:
            nonlocal spoken
            if standing is None:
                wait_for("Redis")
                return
            wait_for("; ".join(standing.waits_for))
            status, rate, activity = standing.status, standing.rate, activity_of(standing)
            left = duration(standing.seconds_left)
            progress.update(
                task, total=status.nodes, completed=status.settled, rate=rate, left=left, description=activity
            )
            if not notices.is_terminal and time.monotonic() - spoken > LINE_EVERY:
                spoken = time.monotonic()
                notices.print(
                    f"{status.settled} of {status.nodes}, {rate:.0f}/s, {left}, {activity}",
                    highlight=False,
                    soft_wrap=True,
                )

        yield show


@contextmanager
def phase(what: str) -> Iterator[None]:
    """Says what takes a while."""
    if notices.is_terminal:
        with notices.status(what):
            yield
    else:
        notices.print(what)
        yield


def activity_of(standing: Standing) -> str:
    """Who is at it, and what is under way."""
    status = standing.status
    parts = [f"{standing.workers} workers", f"{status.claimed} in flight"]
    if status.delayed:
        parts.append(f"{status.delayed} waiting to be tried again")
    if failed := status.outcomes.get("failed"):
        parts.append(f"{failed} failed")
    return ", ".join(parts)


def duration(seconds: float | None) -> str:
    """A time that is left, for people."""
    if seconds is None:
        return "no estimate"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{hours} h {minutes:02} min left"
        if hours
        else f"{minutes} min {rest:02} s left"
        if minutes
        else f"{rest} s left"
    )
