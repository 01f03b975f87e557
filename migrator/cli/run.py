"""`migrator run`."""

import asyncio
from pathlib import Path

import click

from migrator.cli.console import confirm, listing_progress, notices, require_terminal, results, run_progress
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
from migrator.coordinator.migrating import Audience, Order, migrate
from migrator.exit_codes import ExitCode
from migrator.model.plan import OnExisting
from migrator.reporting.model import RunForm
from migrator.reporting.terminal import show_plan, show_run


@click.command()
@both_profiles(required=True)
@selecting
@with_secrets
@hold_or_live
@existing_option
@click.option("--expect-plan", metavar="DIGEST", help="Run this plan, as `plan` printed it, or nothing.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(0), help="Worker processes to start here.")
@click.option("--yes", is_flag=True, help="Do not ask; required without a terminal.")
@volatile_option
@json_option
def run(
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
    expect_plan: str | None,
    workers: int,
    yes: bool,
    accept_volatile: bool,
    as_json: bool,
) -> int:
    """Plan, confirm, migrate and report. What is there already stays as it is, so it can be run again."""
    require_terminal(yes=yes)
    pair = pair_of(
        source,
        destination,
        allow_changes=allow_changes,
        allow_same_identity=allow_same_identity,
        secrets_file=secrets_file,
    )

    def show_and_ask(form: RunForm) -> None:
        if form.totals.created or form.totals.updated:
            show_plan(notices, form)
            confirm(_question(form), yes=yes)

    audience = Audience(listing_progress, show_and_ask, run_progress)
    order = Order(
        pair,
        selection_of(include, exclude, tags),
        expect_plan,
        held=held,
        on_existing=OnExisting(on_existing),
        workers=workers,
    )
    form = asyncio.run(migrate(order, settings_with(accept_volatile=accept_volatile), audience))
    if as_json:
        click.echo(form.model_dump_json())
    else:
        show_run(results, form)
    return exit_code_of(form)


def _question(form: RunForm) -> str:
    created, updated = form.totals.created, form.totals.updated
    writes = [f"create {created}"] * bool(created) + [f"change {updated}"] * bool(updated)
    return f"{' and '.join(writes).capitalize()} resources in '{form.destination.profile}'?"


def exit_code_of(form: RunForm) -> ExitCode:
    """What a run's outcome is to a script."""
    if form.state not in {"finished", "cancelled"}:
        return ExitCode.RESUMABLE
    lost = form.totals.failed + form.totals.skipped + form.totals.pending
    return ExitCode.INCOMPLETE if lost else ExitCode.LANDED
