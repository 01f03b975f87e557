"""`migrator completion`, and what a shell may complete: profiles, runs, kinds. Whatever goes wrong, it says nothing."""

import asyncio
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import click
from click.shell_completion import CompletionItem, get_completion_class

from migrator.coordinator.workplace import existing_workplace
from migrator.engine.run import Run, ledgers
from migrator.errors import MigratorError
from migrator.kinds import KINDS
from migrator.prefect_api.profiles import known_profiles
from migrator.settings import settings

#: Seconds that a person waits for an answer to the tabulator key.
PATIENCE = 2.0
#: What `_MIGRATOR_COMPLETE` tells the program; the scripts of the shells set it.
VARIABLE = "_MIGRATOR_COMPLETE"

Completing = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


@click.command()
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, *, shell: str) -> None:
    """Print what lets SHELL (bash, zsh or fish) complete commands, options, profiles and runs."""
    made = get_completion_class(shell)
    if made is not None:
        click.echo(made(context.find_root().command, {}, "migrator", VARIABLE).source())


def profiles(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The profiles that there are."""
    with _in_silence():
        return _beginning(begun, ((name, "") for name in known_profiles(credentials_dir=settings().credentials_dir)))
    return []


def runs(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The runs that Redis knows, newest first, and `last`; of the embedded Valkey, too, which is started for it."""
    with _in_silence():
        found = asyncio.run(_runs())
        return _beginning(begun, [("last", "the one that was published last"), *found] if found else [])
    return []


def kinds(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """What a pattern begins with."""
    return _beginning(begun, ((kind.name, "") for kind in KINDS))


def _beginning(begun: str, names: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    return [CompletionItem(name, help=what or None) for name, what in names if name.startswith(begun)]


async def _runs() -> list[tuple[str, str]]:
    """Ids, each with what the run is."""
    found: list[tuple[str, str]] = []
    async with existing_workplace(settings()) as place:
        if place is None:
            return []
        for run_id in await ledgers(place.redis):
            # One that was never published to its end, or is another version's, is none.
            with suppress(MigratorError):
                record = await Run(place.redis, run_id).record()
                found.append((run_id, f"{record.purpose} {record.source.profile} → {record.destination.profile}"))
    return found[::-1]


@contextmanager
def _in_silence() -> Iterator[None]:
    """Gives up when it has taken too long, and says nothing of what went wrong: somebody is in the midst of a word."""

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        with suppress(Exception):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
