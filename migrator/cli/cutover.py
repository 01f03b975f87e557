"""`migrator cutover`."""

import asyncio

import click

from migrator.cli.console import agrees, ask, notices, require_terminal
from migrator.cli.ending import tell
from migrator.cli.options import run_options, settings_with, the_run
from migrator.cli.progress import listing_progress, run_progress
from migrator.cli.terms import selecting, selection_of
from migrator.coordinator.cutover import CutoverAudience, CutoverOrder, cut_over
from migrator.model.bounds import Bounds
from migrator.model.still_going import StillGoing
from migrator.reporting.model import RunForm
from migrator.reporting.terminal.sequels import show_cutover_plan, show_still_going


@click.command()
@the_run
@selecting
@click.option("--back", is_flag=True, help="Back from the destination to the source.")
@click.option(
    "--drain/--no-drain",
    default=None,
    help="Let each be released only when its runs on the other side have ended; asked if there are any.",
)
@click.option("--allow-changes", is_flag=True, help="Go on although the source has changed since the run.")
@run_options
def cutover(
    *,
    run_id: str,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    tags: tuple[str, ...],
    back: bool,
    drain: bool | None,
    allow_changes: bool,
    workers: int,
    bounds: Bounds,
    yes: bool,
    accept_volatile: bool,
    as_json: bool,
) -> int:
    """Pause what acts at the source and release it at the destination, one by one. RUN is a run's id, or `last`."""
    require_terminal(yes=yes)

    def show_going(going: StillGoing, drain: bool | None) -> bool:  # noqa: FBT001 - what was said on the command line
        show_still_going(notices, going)
        if drain is not None or yes or not going:
            return bool(drain)
        return agrees("Wait for them, each before its deployment is released?")

    def show_and_ask(form: RunForm) -> None:
        show_cutover_plan(notices, form)
        if switched := form.totals.switched:
            one, other = (form.source, form.destination)[:: -1 if back else 1]
            ask(f"Pause {switched} in '{one.profile}' and release them in '{other.profile}'?", yes=yes)

    order = CutoverOrder(
        run_id,
        selection_of(include, exclude, tags),
        back=back,
        allow_changes=allow_changes,
        drained=drain,
        workers=workers,
        bounds=bounds,
    )
    audience = CutoverAudience(listing_progress, show_going, show_and_ask, run_progress)
    form = asyncio.run(cut_over(order, settings_with(accept_volatile=accept_volatile), audience))
    return tell(form, as_json=as_json)
