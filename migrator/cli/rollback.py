"""`migrator rollback`."""

import asyncio

import click

from migrator.cli.console import confirm, notices, require_terminal
from migrator.cli.ending import tell
from migrator.cli.options import run_options, settings_with, the_run
from migrator.cli.progress import listing_progress, run_progress
from migrator.coordinator.rollback import RollbackAudience, RollbackOrder, roll_back
from migrator.model.bounds import Bounds
from migrator.reporting.model import RunForm
from migrator.reporting.terminal.sequels import show_rollback_plan


@click.command()
@the_run
@run_options
def rollback(*, run_id: str, workers: int, bounds: Bounds, yes: bool, accept_volatile: bool, as_json: bool) -> int:
    """Remove what a run created and restore what it changed. RUN is its id, or `last`."""
    require_terminal(yes=yes)

    def show_and_ask(form: RunForm, runs: int) -> None:
        show_rollback_plan(notices, form, runs)
        removed, restored = form.totals.removed, form.totals.restored
        if removed or restored:
            confirm({"remove": removed, "restore": restored}, form.destination.profile, yes=yes)

    audience = RollbackAudience(listing_progress, show_and_ask, run_progress)
    order = RollbackOrder(run_id, workers, bounds)
    form = asyncio.run(roll_back(order, settings_with(accept_volatile=accept_volatile), audience))
    return tell(form, as_json=as_json)
