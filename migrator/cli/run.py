"""`migrator run`."""

import asyncio

import click

from migrator.cli.console import confirm, notices, require_terminal
from migrator.cli.ending import tell
from migrator.cli.options import run_options, settings_with, terms_of_a_migration
from migrator.cli.progress import listing_progress, run_progress
from migrator.coordinator.migrating import Audience, Order, migrate
from migrator.coordinator.terms import Terms
from migrator.model.bounds import Bounds
from migrator.reporting.model import RunForm
from migrator.reporting.planned import show_plan


@click.command()
@terms_of_a_migration
@click.option("--expect-plan", metavar="DIGEST", help="Run this plan, as `plan` printed it, or nothing.")
@run_options
def run(
    *,
    terms: Terms,
    expect_plan: str | None,
    workers: int,
    bounds: Bounds,
    yes: bool,
    accept_volatile: bool,
    as_json: bool,
) -> int:
    """Plan, confirm, migrate and report. By default what is there already stays as it is, so it can be run again."""
    require_terminal(yes=yes)

    def show_and_ask(form: RunForm) -> None:
        created, updated = form.totals.created, form.totals.updated
        if created or updated:
            show_plan(notices, form)
            confirm({"create": created, "change": updated}, form.destination.profile, yes=yes)

    order = Order(terms, expect_plan, workers, bounds)
    audience = Audience(listing_progress, show_and_ask, run_progress)
    form = asyncio.run(migrate(order, settings_with(accept_volatile=accept_volatile), audience))
    return tell(form, as_json=as_json)
