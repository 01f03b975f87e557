"""`migrator plan`."""

import asyncio
from pathlib import Path

import click

from migrator.cli.console import listing_progress, results
from migrator.cli.options import accept_volatile as volatile_option
from migrator.cli.options import as_json as json_option
from migrator.cli.options import (
    both_profiles,
    hold_or_live,
    pair_of,
    selecting,
    selection_of,
    settings_with,
    with_secrets,
)
from migrator.cli.options import on_existing as existing_option
from migrator.coordinator.history import earlier_runs, plan_migration
from migrator.coordinator.survey import Pair, surveyed
from migrator.coordinator.workplace import existing_workplace
from migrator.model.plan import OnExisting
from migrator.planning.selection import Selection
from migrator.reporting.model import RunForm
from migrator.reporting.run_report import report_of_plan
from migrator.reporting.terminal import show_plan
from migrator.settings import Settings


@click.command()
@both_profiles(required=True)
@selecting
@with_secrets
@hold_or_live
@existing_option
@volatile_option
@json_option
def plan(
    *,
    source: str,
    destination: str,
    allow_changes: bool,
    allow_same_identity: bool,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    tags: tuple[str, ...],
    secrets_file: Path | None,
    held: bool,
    on_existing: str,
    accept_volatile: bool,
    as_json: bool,
) -> None:
    """Show what a run would do; nothing is written."""
    pair = pair_of(
        source,
        destination,
        allow_changes=allow_changes,
        allow_same_identity=allow_same_identity,
        secrets_file=secrets_file,
    )
    selection = selection_of(include, exclude, tags)
    chosen = settings_with(accept_volatile=accept_volatile)
    form = asyncio.run(_plan(pair, selection, chosen, held=held, on_existing=OnExisting(on_existing)))
    if as_json:
        click.echo(form.model_dump_json())
    else:
        show_plan(results, form)


async def _plan(pair: Pair, selection: Selection, chosen: Settings, *, held: bool, on_existing: OnExisting) -> RunForm:
    async with existing_workplace(chosen) as place, surveyed(pair, chosen, listing_progress) as survey:
        sides = survey.source.side, survey.destination.side
        earlier = await earlier_runs(place.redis, *sides) if place else []
        found = await plan_migration(survey, earlier, selection=selection, held=held, on_existing=on_existing)
        return report_of_plan(found, *sides, survey.requests, left_behind=survey.left_behind)
