"""`migrator pause`, `resume`, `cancel`, `retry` and `purge`: what becomes of a run that was published."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from migrator.cli.completion import runs
from migrator.cli.console import ask, notices, require_terminal, results
from migrator.cli.ending import tell
from migrator.cli.options import accept_volatile as volatile_option
from migrator.cli.options import as_json as json_option
from migrator.cli.options import settings_with, the_run, wait_option, workers_option, yes_option
from migrator.cli.progress import run_progress
from migrator.coordinator import steering
from migrator.coordinator.resuming import Continuation, go_on
from migrator.coordinator.workplace import Workplace, workplace
from migrator.engine import keeping
from migrator.engine.run import Run, run_named
from migrator.exit_codes import ExitCode
from migrator.planning.selection import Selection
from migrator.settings import settings

T = TypeVar("T")


@click.command()
@the_run
@click.option("--reason", default="", metavar="TEXT", help="Why; whoever looks at the run is told.")
@volatile_option
def pause(*, run_id: str, reason: str, accept_volatile: bool) -> int:
    """Let nobody begin anything more of a run, and wait for what is in flight. RUN is its id, or `last`."""
    run = _steer(lambda place: steering.pause(place, run_id, reason), accept_volatile=accept_volatile)
    results.print(f"Run {run.id} is paused. Let it go on:\n  migrator resume {run.id}", highlight=False)
    return ExitCode.LANDED


@click.command()
@the_run
@workers_option
@wait_option
@volatile_option
@json_option
def resume(*, run_id: str, workers: int, wait: float | None, accept_volatile: bool, as_json: bool) -> int:
    """Let a run go on that was paused, or whose `run` has died, and follow it to its end."""
    order = Continuation(run_id, workers, wait=wait)
    form = asyncio.run(go_on(order, settings_with(accept_volatile=accept_volatile), run_progress))
    return tell(form, as_json=as_json)


@click.command()
@the_run
@click.option("--reason", default="", metavar="TEXT", help="Why; whoever looks at the run is told.")
@yes_option
@volatile_option
def cancel(*, run_id: str, reason: str, yes: bool, accept_volatile: bool) -> int:
    """End a run. What is in flight is ended, what has arrived stays, the rest stays pending."""
    require_terminal(yes=yes)
    ask(f"Cancel run {run_id} for good?", yes=yes)
    run = _steer(lambda place: steering.cancel(place, run_id, reason, settings().keep), accept_volatile=accept_volatile)
    results.print(f"Run {run.id} is cancelled. What became of it:\n  migrator report {run.id}", highlight=False)
    return ExitCode.LANDED


@click.command()
@the_run
@click.argument("patterns", nargs=-1, metavar="[PATTERN]...")
@workers_option
@volatile_option
@json_option
def retry(*, run_id: str, patterns: tuple[str, ...], workers: int, accept_volatile: bool, as_json: bool) -> int:
    """Try again what failed in a run that has ended, and what that blocked; only keys that match, if there are any."""
    order = Continuation(run_id, workers, again=Selection(include=patterns))
    form = asyncio.run(go_on(order, settings_with(accept_volatile=accept_volatile), run_progress))
    return tell(form, as_json=as_json)


@click.command()
@click.argument("run_ids", nargs=-1, required=True, metavar="RUN...", shell_complete=runs)
@yes_option
@volatile_option
def purge(*, run_ids: tuple[str, ...], yes: bool, accept_volatile: bool) -> int:
    """Remove all that Redis knows of runs that have ended: report, ids, audit log, what a rollback needs."""
    require_terminal(yes=yes)

    async def purge_all(place: Workplace) -> None:
        for name in run_ids:
            run = Run(place.redis, await run_named(place.redis, name))
            held = await keeping.is_needed(run)
            warning = " It holds what acts at neither side yet: no cutover of it will be possible." if held else ""
            ask(f"Remove run {run.id}? It can not be rolled back after that.{warning}", yes=yes)
            await steering.purge(run)
            notices.print(f"run {run.id} is removed", highlight=False)

    _steer(purge_all, accept_volatile=accept_volatile)
    return ExitCode.LANDED


def _steer(steer: Callable[[Workplace], Awaitable[T]], *, accept_volatile: bool) -> T:
    async def at_the_workplace() -> T:
        async with workplace(settings_with(accept_volatile=accept_volatile)) as place:
            return await steer(place)

    return asyncio.run(at_the_workplace())
