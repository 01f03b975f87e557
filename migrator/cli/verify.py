"""`migrator verify`."""

import asyncio

import click

from migrator.cli.console import listing_progress, results
from migrator.cli.options import accept_volatile as volatile_option
from migrator.cli.options import as_json as json_option
from migrator.cli.options import both_profiles, pair_of, settings_with
from migrator.coordinator.survey import Pair, surveyed
from migrator.coordinator.verification import verify as compare_sides
from migrator.coordinator.workplace import workplace
from migrator.engine.run import Run, run_named
from migrator.errors import UsageError
from migrator.exit_codes import ExitCode
from migrator.model.keys import Key
from migrator.reporting.model import RunForm, VerifyForm
from migrator.reporting.run_report import report_of_run
from migrator.reporting.terminal import show_verification
from migrator.reporting.verify_report import report_of_verification
from migrator.settings import Settings


@click.command()
@both_profiles(required=False)
@click.option("--run", "run_id", metavar="RUN", help="As this run left them: what it holds is no difference.")
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
    ledger = asyncio.run(_ledger(run_id, chosen)) if run_id else None
    if ledger is not None:
        profiles = (ledger.source.profile, ledger.destination.profile)
        if (source or profiles[0], destination or profiles[1]) != profiles:
            raise UsageError(
                f"run {ledger.run} went from '{profiles[0]}' to '{profiles[1]}'", "leave out --from and --to"
            )
        source, destination = profiles
    if source is None or destination is None:
        raise UsageError("it is not said what to compare", "name --from and --to, or --run")
    pair = pair_of(source, destination, allow_changes=allow_changes, allow_same_identity=allow_same_identity)
    form = asyncio.run(_verify(pair, chosen, ledger))
    if as_json:
        click.echo(form.model_dump_json())
    else:
        show_verification(results, form)
    return ExitCode.INCOMPLETE if form.missing or form.different else ExitCode.LANDED


async def _ledger(name: str, settings: Settings) -> RunForm:
    async with workplace(settings) as place:
        return await report_of_run(Run(place.redis, await run_named(place.redis, name)))


async def _verify(pair: Pair, settings: Settings, ledger: RunForm | None) -> VerifyForm:
    expected = {Key(r.key) for r in ledger.resources} if ledger else None
    async with surveyed(pair, settings, listing_progress) as survey:
        found = compare_sides(survey, held=ledger is not None and ledger.held, expected=expected)
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
