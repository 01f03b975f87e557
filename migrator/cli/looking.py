"""`migrator runs`, `status`, `watch` and `inspect`: what there is, where it stands, and why."""

import asyncio
from contextlib import suppress

import click

from migrator.cli.console import results
from migrator.cli.ending import tell
from migrator.cli.options import accept_volatile as volatile_option
from migrator.cli.options import as_json as json_option
from migrator.cli.options import settings_with, the_run, wait_option
from migrator.cli.progress import run_progress
from migrator.coordinator.inspection import inspect as inspect_resource
from migrator.coordinator.resuming import watch as watch_run
from migrator.coordinator.workplace import workplace
from migrator.engine.run import Run, ledgers, run_named
from migrator.engine.standing import standing_of
from migrator.errors import RefusedError, UsageError
from migrator.reporting.model import InspectForm, RunsForm, StatusForm
from migrator.reporting.next_steps import Step, next_steps
from migrator.reporting.outline import outline_of
from migrator.reporting.status_report import line_of, report_of_standing
from migrator.reporting.terminal.looking import show_runs, show_status, show_story
from migrator.settings import Settings


@click.command()
@volatile_option
@json_option
def runs(*, accept_volatile: bool, as_json: bool) -> None:
    """List the runs that there are, oldest first."""
    form = asyncio.run(_runs(settings_with(accept_volatile=accept_volatile)))
    if as_json:
        click.echo(form.model_dump_json())
    else:
        show_runs(results, form)


@click.command()
@the_run
@volatile_option
@json_option
def status(*, run_id: str, accept_volatile: bool, as_json: bool) -> None:
    """Show where a run stands: how far, how fast, and what waits for what. RUN is its id, or `last`."""
    form, steps = asyncio.run(_status(run_id, settings_with(accept_volatile=accept_volatile)))
    if as_json:
        click.echo(form.model_dump_json())
    else:
        show_status(results, form, steps)


@click.command()
@the_run
@wait_option
@volatile_option
@json_option
def watch(*, run_id: str, wait: float | None, accept_volatile: bool, as_json: bool) -> int:
    """Follow a run that others work at to its end. Ctrl-C ends the watching, not the run."""
    form = asyncio.run(watch_run(run_id, settings_with(accept_volatile=accept_volatile), run_progress, wait))
    return tell(form, as_json=as_json)


@click.command()
@the_run
@click.argument("key")
@volatile_option
@json_option
def inspect(*, run_id: str, key: str, accept_volatile: bool, as_json: bool) -> None:
    """Tell the story of one resource in a run: what it waits for, its attempts, its error, who holds it."""
    form = asyncio.run(_inspect(run_id, key, settings_with(accept_volatile=accept_volatile)))
    if as_json:
        click.echo(form.model_dump_json())
    else:
        show_story(results, form)


async def _runs(settings: Settings) -> RunsForm:
    lines = []
    async with workplace(settings) as place:
        for run_id in await ledgers(place.redis):
            # One that was never published to its end is none, and one of another version cannot be read.
            with suppress(UsageError, RefusedError):
                lines.append(await line_of(Run(place.redis, run_id)))
    return RunsForm(runs=lines)


async def _status(name: str, settings: Settings) -> tuple[StatusForm, list[Step]]:
    async with workplace(settings) as place:
        run = Run(place.redis, await run_named(place.redis, name))
        record, standing = await run.record(), await standing_of(run)
        steps = next_steps(outline_of(record, standing.status), reported=False)
        return report_of_standing(record, standing), steps


async def _inspect(name: str, key: str, settings: Settings) -> InspectForm:
    async with workplace(settings) as place:
        return await inspect_resource(place, name, key, settings)
