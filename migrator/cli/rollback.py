"""`migrator rollback`."""

import asyncio

import click

from migrator.cli.console import confirm, listing_progress, notices, require_terminal, results, run_progress
from migrator.cli.options import run_options, settings_with
from migrator.cli.run import exit_code_of
from migrator.coordinator.rollback import RollbackAudience, RollbackOrder, roll_back
from migrator.reporting.model import RunForm
from migrator.reporting.sequels import show_rollback_plan
from migrator.reporting.terminal import show_run


@click.command()
@click.argument("run_id", metavar="RUN")
@run_options
def rollback(*, run_id: str, workers: int, yes: bool, accept_volatile: bool, as_json: bool) -> int:
    """Remove what a run created and restore what it changed. RUN is its id, or `last`."""
    require_terminal(yes=yes)

    def show_and_ask(form: RunForm, runs: int) -> None:
        show_rollback_plan(notices, form, runs)
        if form.totals.removed or form.totals.restored:
            confirm(_question(form), yes=yes)

    audience = RollbackAudience(listing_progress, show_and_ask, run_progress)
    order = RollbackOrder(run_id, workers)
    form = asyncio.run(roll_back(order, settings_with(accept_volatile=accept_volatile), audience))
    if as_json:
        click.echo(form.model_dump_json())
    else:
        show_run(results, form)
    return exit_code_of(form)


def _question(form: RunForm) -> str:
    removed, restored = form.totals.removed, form.totals.restored
    writes = [f"remove {removed}"] * bool(removed) + [f"restore {restored}"] * bool(restored)
    return f"{' and '.join(writes).capitalize()} resources in '{form.destination.profile}'?"
