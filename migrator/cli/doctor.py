"""`migrator doctor`."""

import asyncio

import click

from migrator.cli.console import results
from migrator.cli.options import accept_volatile as volatile_option
from migrator.cli.options import as_json as json_option
from migrator.cli.options import settings_with
from migrator.cli.terms import profile_option
from migrator.coordinator.doctor import Visit, examine
from migrator.model.finding import Finding, worst
from migrator.reporting.doctor import report_of_findings, show_findings, show_verdict


@click.command()
@profile_option("--from", "source", required=False, what="The source's Prefect profile.")
@profile_option("--to", "destination", required=False, what="The destination's.")
@volatile_option
@json_option
def doctor(*, source: str | None, destination: str | None, accept_volatile: bool, as_json: bool) -> int:
    """Check what a migration needs before anything is risked; nothing is written."""
    visit = Visit(source, destination, settings_with(accept_volatile=accept_volatile))
    findings = asyncio.run(_findings(visit, shown=not as_json))
    if as_json:
        click.echo(report_of_findings(findings).model_dump_json())
    else:
        show_verdict(results, findings)
    return worst(findings)


async def _findings(visit: Visit, *, shown: bool) -> list[Finding]:
    found: list[Finding] = []
    async for some in examine(visit):
        found += some
        if shown:
            show_findings(results, some)
    return found
