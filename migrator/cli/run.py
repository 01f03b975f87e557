"""`migrator run`."""

import asyncio

import click
from click.core import ParameterSource

from migrator.cli.console import confirm, notices, require_terminal, results
from migrator.cli.ending import tell
from migrator.cli.options import run_options, settings_with, wait_option
from migrator.cli.progress import listing_progress, run_progress
from migrator.cli.terms import terms_of_a_migration
from migrator.coordinator.migrating import Audience, Order, migrate
from migrator.coordinator.taking_up import checked_id
from migrator.coordinator.terms import Terms
from migrator.engine.scripts import RunState
from migrator.errors import UsageError
from migrator.exit_codes import ExitCode
from migrator.model.bounds import Bounds
from migrator.reporting.model import RunForm
from migrator.reporting.terminal.planned import show_plan


@click.command()
@terms_of_a_migration
@click.option("--expect-plan", metavar="DIGEST", help="Run this plan, as `plan` printed it, or nothing.")
@click.option("--run-id", metavar="ID", help="What the run is called; one that is there already is taken up.")
@click.option("--detach", is_flag=True, help="Publish it, and leave it to workers that were started elsewhere.")
@wait_option
@run_options
def run(
    *,
    terms: Terms,
    expect_plan: str | None,
    run_id: str | None,
    detach: bool,
    wait: float | None,
    workers: int,
    bounds: Bounds,
    yes: bool,
    accept_volatile: bool,
    as_json: bool,
) -> int:
    """Plan, confirm, migrate and report. By default what is there already stays as it is, so it can be run again."""
    if run_id is None:
        require_terminal(yes=yes)
    if detach:
        _refuse_company(wait)

    def show_and_ask(form: RunForm) -> None:
        created, updated = form.totals.created, form.totals.updated
        if created or updated:
            # Only now where an id was chosen: a run that is taken up was agreed to, and nobody is asked.
            require_terminal(yes=yes)
            show_plan(notices, form)
            confirm({"create": created, "change": updated}, form.destination.profile, yes=yes)

    order = Order(
        terms,
        expect_plan,
        workers,
        bounds,
        run_id=checked_id(run_id) if run_id is not None else None,
        wait=wait,
        detached=detach,
    )
    audience = Audience(listing_progress, show_and_ask, run_progress)
    form = asyncio.run(migrate(order, settings_with(accept_volatile=accept_volatile), audience))
    is_left = detach and form.state == RunState.RUNNING
    if is_left and not as_json:
        results.print(f"Run {form.run} is published. Follow it:\n  migrator watch {form.run}", highlight=False)
        return ExitCode.LANDED
    code = tell(form, as_json=as_json)
    return ExitCode.LANDED if is_left else code


def _refuse_company(wait: float | None) -> None:
    """Refuse what a run that is left to others has no use for.

    Raises:
        UsageError: Such an option was given.
    """
    context = click.get_current_context()
    asks_for_workers = context.get_parameter_source("workers") is ParameterSource.COMMANDLINE
    if wait is not None or (asks_for_workers and context.params["workers"]):
        raise UsageError(
            "--detach follows nothing and starts no workers", "leave out --wait and --workers, or --detach"
        )
