"""`migrator plan`."""

import asyncio

import click

from migrator.cli.console import listing_progress, results
from migrator.cli.options import as_json as json_option
from migrator.cli.options import both_profiles, hold_or_live, pair_of
from migrator.coordinator.survey import Pair, surveyed
from migrator.planning.planning import make_plan
from migrator.reporting.model import RunForm
from migrator.reporting.run_report import report_of_plan
from migrator.reporting.terminal import show_plan
from migrator.settings import settings


@click.command()
@both_profiles(required=True)
@hold_or_live
@json_option
def plan(
    *, source: str, destination: str, allow_changes: bool, allow_same_identity: bool, held: bool, as_json: bool
) -> None:
    """Show what a run would do; nothing is written."""
    pair = pair_of(source, destination, allow_changes=allow_changes, allow_same_identity=allow_same_identity)
    form = asyncio.run(_plan(pair, held=held))
    if as_json:
        click.echo(form.model_dump_json())
    else:
        show_plan(results, form)


async def _plan(pair: Pair, *, held: bool) -> RunForm:
    async with surveyed(pair, settings(), listing_progress) as survey:
        found = make_plan(survey.source.inventory, survey.destination.inventory, survey.differences, held=held)
        return report_of_plan(found, survey.source.side, survey.destination.side, survey.requests)
