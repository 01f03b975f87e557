"""`migrator plan`."""

import asyncio
import shlex

import click

from migrator.cli.console import print_pieces, results
from migrator.cli.options import accept_volatile as volatile_option
from migrator.cli.options import as_json as json_option
from migrator.cli.options import settings_with
from migrator.cli.progress import listing_progress
from migrator.cli.terms import terms_of_a_migration, typed_options
from migrator.coordinator.history import earlier_runs
from migrator.coordinator.survey import surveyed
from migrator.coordinator.terms import Terms, plan_migration, report_of_migration
from migrator.coordinator.workplace import existing_workplace
from migrator.errors import UsageError
from migrator.model.plan import Plan
from migrator.reporting.mermaid import mermaid
from migrator.reporting.model import RunForm
from migrator.reporting.terminal.planned import show_plan
from migrator.reporting.writing import json_of
from migrator.settings import Settings

#: The options that choose the form of a plan; a run has no such choice.
_FORMS = ("detailed", "as_graph", "as_json")


@click.command()
@terms_of_a_migration
@click.option("--detailed", is_flag=True, help="Name every resource, with what will happen to it.")
@click.option("--graph", "as_graph", is_flag=True, help="Print what waits for what as a Mermaid diagram.")
@volatile_option
@json_option
@click.pass_context
def plan(
    context: click.Context, *, terms: Terms, detailed: bool, as_graph: bool, accept_volatile: bool, as_json: bool
) -> None:
    """Show what a run would do; nothing is written."""
    if detailed + as_graph + as_json > 1:
        raise UsageError("--detailed, --graph and --json are three forms of one plan", "choose one of them")
    found, form = asyncio.run(_plan(terms, settings_with(accept_volatile=accept_volatile)))
    if as_json:
        print_pieces(json_of(form), "\n")
    elif as_graph:
        print_pieces(mermaid(found))
    else:
        typed = [*typed_options(context, apart_from=_FORMS), "--expect-plan", form.plan]
        show_plan(results, form, detailed=detailed, command=shlex.join(["migrator", "run", *typed]))


async def _plan(terms: Terms, chosen: Settings) -> tuple[Plan, RunForm]:
    async with existing_workplace(chosen) as place, surveyed(terms.pair, chosen, listing_progress) as survey:
        sides = survey.source.side, survey.destination.side
        earlier = await earlier_runs(place.redis, *sides) if place else []
        found = await plan_migration(survey, earlier, terms)
        return found, report_of_migration(found, survey)
