"""`migrator health`: what probes ask. It imports little, for it is asked often."""

import asyncio
from pathlib import Path

import click

from migrator.embedded.heartbeats import what_ails
from migrator.errors import UnreachableError, UsageError
from migrator.exit_codes import ExitCode
from migrator.settings import Settings, settings

#: Seconds that Redis has to answer.
PATIENCE = 2.0


@click.command()
@click.option("--alive", "question", flag_value="alive", help="Whether worker processes are here and none hangs.")
@click.option("--ready", "question", flag_value="ready", help="Whether Redis answers, and is safe to work with.")
def health(*, question: str | None) -> int:
    """Answer a probe, of a container for instance; neither answer needs a workspace."""
    match question:
        case "alive":
            return _alive(settings().heartbeat_dir)
        case "ready":
            asyncio.run(_reach_redis(settings()))
            click.echo("ready")
            return ExitCode.LANDED
    raise UsageError("migrator health asks one of two questions", "say --alive or --ready")


def _alive(directory: Path | None) -> int:
    if directory is None:
        raise UsageError("nobody knows where heartbeats are", "set MIGRATOR_HEARTBEAT_DIR, here and for the workers")
    ailment = what_ails(directory)
    click.echo(ailment or "alive", err=bool(ailment))
    return ExitCode.INCOMPLETE if ailment else ExitCode.LANDED


async def _reach_redis(chosen: Settings) -> None:
    from migrator.engine.address import shared_redis  # noqa: PLC0415 - who asks for --alive does without Redis
    from migrator.engine.connection import connected, refuse_unsafe  # noqa: PLC0415

    url = shared_redis(chosen)
    if url is None:
        raise UsageError("there is no shared Redis to be ready for", "set MIGRATOR_REDIS_URL")
    try:
        async with asyncio.timeout(PATIENCE), connected(url) as redis:
            await refuse_unsafe(redis, accept_volatile=chosen.accept_volatile)
    except TimeoutError as error:
        raise UnreachableError(f"Redis has not answered for {PATIENCE:.0f} s", "is it up?") from error
