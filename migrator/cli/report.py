"""`migrator report`."""

import asyncio

import click

from migrator.cli.console import print_pieces, results
from migrator.cli.ending import exit_code_of
from migrator.cli.options import accept_volatile as volatile_option
from migrator.cli.options import settings_with, the_run
from migrator.coordinator.workplace import workplace
from migrator.engine.run import Run, run_named
from migrator.reporting.audit_log import audit_log
from migrator.reporting.ended import show_run
from migrator.reporting.id_map import as_csv, id_map
from migrator.reporting.model import RunForm, WriteForm
from migrator.reporting.run_report import report_of_run
from migrator.reporting.writing import json_list, json_of
from migrator.settings import Settings


@click.command()
@the_run
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "ids", "ids-json", "audit"]),
    default="table",
    show_default=True,
)
@volatile_option
def report(*, run_id: str, form: str, accept_volatile: bool) -> int:
    """Show what became of a run; RUN is its id, or `last`."""
    found, writes = asyncio.run(_report(run_id, settings_with(accept_volatile=accept_volatile), audit=form == "audit"))
    match form:
        case "json":
            print_pieces(json_of(found), "\n")
        case "ids":
            print_pieces(as_csv(id_map(found)))
        case "ids-json":
            print_pieces(json_list(id_map(found)), "\n")
        case "audit":
            click.echo("".join(f"{write.model_dump_json()}\n" for write in writes), nl=False)
        case _:
            show_run(results, found, whole=True)
    return exit_code_of(found)


async def _report(name: str, settings: Settings, *, audit: bool) -> tuple[RunForm, list[WriteForm]]:
    async with workplace(settings) as place:
        run = Run(place.redis, await run_named(place.redis, name))
        return await report_of_run(run), await audit_log(run) if audit else []
