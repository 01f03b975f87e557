"""`migrator verify`."""

import asyncio

import click

from migrator.cli.completion import runs
from migrator.cli.console import results
from migrator.cli.options import accept_volatile as volatile_option
from migrator.cli.options import as_json as json_option
from migrator.cli.options import settings_with
from migrator.cli.progress import listing_progress
from migrator.cli.terms import both_profiles, pair_of
from migrator.coordinator.ledger import read_ledger
from migrator.coordinator.sequel import migration_named, related_runs
from migrator.coordinator.story import Story, read_story
from migrator.coordinator.survey import Pair, surveyed
from migrator.coordinator.verification import verify as compare_sides
from migrator.coordinator.workplace import workplace
from migrator.errors import UsageError
from migrator.exit_codes import ExitCode
from migrator.reporting.model import VerifyForm
from migrator.reporting.terminal.compared import show_verification
from migrator.reporting.verify_report import report_of_verification
from migrator.settings import Settings


@click.command()
@both_profiles(required=False)
@click.option(
    "--run",
    "run_id",
    metavar="RUN",
    shell_complete=runs,
    help="As this run left them: what it holds is no difference.",
)
@volatile_option
@json_option
def verify(
    *,
    source: str | None,
    destination: str | None,
    allow_changes: bool,
    allow_same_identity: bool,
    run_id: str | None,
    accept_volatile: bool,
    as_json: bool,
) -> int:
    """Compare two workspaces, field by field. RUN is a run's id, or `last`, and names the profiles too."""
    chosen = settings_with(accept_volatile=accept_volatile)
    story = asyncio.run(_story_of(run_id, chosen)) if run_id else None
    if story is not None:
        profiles = (story.record.source.profile, story.record.destination.profile)
        if (source or profiles[0], destination or profiles[1]) != profiles:
            raise UsageError(
                f"run {story.record.run} went from '{profiles[0]}' to '{profiles[1]}'", "leave out --from and --to"
            )
        source, destination = profiles
    if source is None or destination is None:
        raise UsageError("it is not said what to compare", "name --from and --to, or --run")
    pair = pair_of(source, destination, allow_changes=allow_changes, allow_same_identity=allow_same_identity)
    form = asyncio.run(_verify(pair, chosen, story))
    if as_json:
        click.echo(form.model_dump_json())
    else:
        show_verification(results, form)
    return ExitCode.INCOMPLETE if form.missing or form.different else ExitCode.LANDED


async def _story_of(name: str, settings: Settings) -> Story:
    async with workplace(settings) as place:
        run, record = await migration_named(place.redis, name)
        return await read_story(await related_runs(place.redis, record), record, await read_ledger(run))


async def _verify(pair: Pair, settings: Settings, story: Story | None) -> VerifyForm:
    expected = {entry.key for entry in story.entries} if story else None
    held = story.switchable if story else frozenset()
    async with surveyed(pair, settings, listing_progress) as survey:
        found = compare_sides(survey, held=held, expected=expected)
        return report_of_verification(
            survey.source.side,
            survey.destination.side,
            same=found.same,
            missing=found.missing,
            extra=found.extra,
            different=found.different,
            unverifiable=found.unverifiable,
            left_out=found.left_out,
        )
