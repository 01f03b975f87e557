"""`migrator report`."""

import asyncio
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TextIO

import click

from migrator.cli.console import console_on
from migrator.cli.ending import exit_code_of
from migrator.cli.options import accept_volatile as volatile_option
from migrator.cli.options import settings_with, the_run
from migrator.cli.output import output_to
from migrator.coordinator.workplace import workplace
from migrator.engine.run import Run, run_named
from migrator.errors import UsageError
from migrator.reporting.audit_log import audit_log
from migrator.reporting.document.document import Document, document_of, read_verification
from migrator.reporting.document.html_report import html_report
from migrator.reporting.document.markdown_report import markdown_report
from migrator.reporting.id_map import as_csv, id_map
from migrator.reporting.model import VerifyForm, WriteForm
from migrator.reporting.run_report import report_of_run
from migrator.reporting.terminal.compared import show_verification
from migrator.reporting.terminal.ended import show_run
from migrator.reporting.writing import json_list, json_of
from migrator.settings import Settings

#: The forms that have a place for what a verification has found.
_WITH_VERIFICATION = ("table", "html", "md")


@click.command()
@the_run
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "html", "md", "ids", "ids-json", "audit"]),
    default="table",
    show_default=True,
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write into this file, in whole or not at all."
)
@click.option(
    "--verify",
    "verified",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Show also what `migrator verify --json` has found and printed into this file.",
)
@volatile_option
def report(*, run_id: str, form: str, output: Path | None, verified: Path | None, accept_volatile: bool) -> int:
    """Show what became of a run; RUN is its id, or `last`."""
    if verified and form not in _WITH_VERIFICATION:
        raise UsageError(f"--format {form} has no place for a verification", "leave out --verify, or say --format html")
    verification = read_verification(verified) if verified else None
    chosen = settings_with(accept_volatile=accept_volatile)
    document, writes = asyncio.run(_report(run_id, chosen, verification, audit=form == "audit"))
    with output_to(output) as file:
        if form == "table":
            _show(document, file)
        else:
            file.writelines(_pieces(document, writes, form))
    return exit_code_of(document.form)


def _show(document: Document, file: TextIO) -> None:
    console = console_on(file)
    show_run(console, document.form, whole=True)
    if document.verification:
        show_verification(console, document.verification)


def _pieces(document: Document, writes: Iterable[WriteForm], form: str) -> Iterable[str]:
    match form:
        case "json":
            return chain(json_of(document.form), "\n")
        case "ids":
            return as_csv(id_map(document.form))
        case "ids-json":
            return chain(json_list(id_map(document.form)), "\n")
        case "audit":
            return (f"{write.model_dump_json()}\n" for write in writes)
        case "html":
            return html_report(document)
        case _:
            return markdown_report(document)


async def _report(
    name: str, settings: Settings, verification: VerifyForm | None, *, audit: bool
) -> tuple[Document, list[WriteForm]]:
    async with workplace(settings) as place:
        run = Run(place.redis, await run_named(place.redis, name))
        document = await document_of(run, await report_of_run(run), verification)
        return document, await audit_log(run) if audit else []
