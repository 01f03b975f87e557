"""`migrator report`."""

import asyncio
from collections.abc import Callable

import click
import orjson

from migrator.cli.console import results
from migrator.cli.options import accept_volatile as volatile_option
from migrator.cli.options import settings_with
from migrator.cli.run import exit_code_of
from migrator.coordinator.workplace import workplace
from migrator.engine.run import Run, run_named
from migrator.reporting.id_map import as_csv, id_map
from migrator.reporting.model import RunForm
from migrator.reporting.run_report import report_of_run
from migrator.reporting.terminal import show_run
from migrator.settings import Settings


def _print_ids(form: RunForm) -> None:
    click.echo(as_csv(id_map(form)), nl=False)


def _print_ids_json(form: RunForm) -> None:
    click.echo(orjson.dumps([one.model_dump() for one in id_map(form)]))


_FORMATS: dict[str, Callable[[RunForm], None]] = {
    "table": lambda form: show_run(results, form, whole=True),
    "json": lambda form: click.echo(form.model_dump_json()),
    "ids": _print_ids,
    "ids-json": _print_ids_json,
}


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--format", "form", type=click.Choice(list(_FORMATS)), default="table", show_default=True)
@volatile_option
def report(*, run_id: str, form: str, accept_volatile: bool) -> int:
    """Show what became of a run; RUN is its id, or `last`."""
    found = asyncio.run(_report(run_id, settings_with(accept_volatile=accept_volatile)))
    _FORMATS[form](found)
    return exit_code_of(found)


async def _report(name: str, settings: Settings) -> RunForm:
    async with workplace(settings) as place:
        return await report_of_run(Run(place.redis, await run_named(place.redis, name)))
