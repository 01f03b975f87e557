"""`migrator plan`."""

import asyncio

import click

from migrator.cli.console import listing_progress, print_pieces, results
from migrator.cli.options import accept_volatile as volatile_option
from migrator.cli.options import as_json as json_option
from migrator.cli.options import settings_with, terms_of_a_migration
from migrator.coordinator.history import earlier_runs
from migrator.coordinator.survey import surveyed
from migrator.coordinator.terms import Terms, plan_migration
from migrator.coordinator.workplace import existing_workplace
from migrator.reporting.model import RunForm
from migrator.reporting.planned import show_plan
from migrator.reporting.run_report import report_of_plan
from migrator.reporting.writing import json_of
from migrator.settings import Settings


@click.command()
@terms_of_a_migration
@volatile_option
@json_option
def plan(*, terms: Terms, accept_volatile: bool, as_json: bool) -> None:
    """Show what a run would do; nothing is written."""
    form = asyncio.run(_plan(terms, settings_with(accept_volatile=accept_volatile)))
    if as_json:
        print_pieces(json_of(form), "\n")
    else:
        show_plan(results, form)


async def _plan(terms: Terms, chosen: Settings) -> RunForm:
    async with existing_workplace(chosen) as place, surveyed(terms.pair, chosen, listing_progress) as survey:
        sides = survey.source.side, survey.destination.side
        earlier = await earlier_runs(place.redis, *sides) if place else []
        found = await plan_migration(survey, earlier, terms)
        return report_of_plan(found, *sides, survey.requests, left_behind=survey.left_behind)
