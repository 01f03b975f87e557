"""`migrator demo`."""

import asyncio
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from migrator.cli.console import phase, results
from migrator.demo.servers import prefect_servers
from migrator.demo.workspace import fill
from migrator.kinds.kind import Request
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace

#: What the demo types, in this order; each must end with 0.
COMMANDS = (
    ("run", "--from", "demo-source", "--to", "demo-destination", "--yes"),
    ("verify", "--run", "last"),
    ("run", "--from", "demo-source", "--to", "demo-destination", "--yes"),
    ("cutover", "last", "--yes"),
    ("verify", "--run", "last"),
)


@click.command()
def demo() -> int:
    """Start two throw-away Prefect servers, fill one, migrate it, verify, run it again, cut over, verify again."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="migrator-demo-")))
        with phase("starting two Prefect servers"):
            servers = stack.enter_context(prefect_servers(2))
        source, destination = servers
        with phase("filling the source with a workspace of every kind"):
            asyncio.run(_fill(source.api_url))
        environment = _environment(home, {"demo-source": source.api_url, "demo-destination": destination.api_url})
        return next((code for command in COMMANDS if (code := _type(command, environment))), 0)


async def _fill(url: str) -> None:
    async with Workspace(Profile("demo-source", url), Pressure(1)) as workspace:

        async def request(method: str, path: str, body: Any) -> Any:
            return (await workspace.send(Request(method, path, body)))[1]

        await fill(request)


def _environment(home: Path, urls: Mapping[str, str]) -> dict[str, str]:
    """An environment of its own: the demo touches no profile and no run of the user's."""
    for profile, url in urls.items():
        directory = home / "credentials" / profile
        directory.mkdir(parents=True)
        (directory / "url").write_text(url)
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith("MIGRATOR_")}
    ours = {"MIGRATOR_STATE_DIR": str(home / "state"), "MIGRATOR_CREDENTIALS_DIR": str(home / "credentials")}
    return {**inherited, **ours}


def _type(command: Sequence[str], environment: Mapping[str, str]) -> int:
    results.print(f"\n[bold]$ migrator {shlex.join(command)}[/bold]", highlight=False)
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", "from migrator.cli import main; main()", *command], env=environment
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        # A Ctrl-C reaches the command as well, which then lets its workers drain.
        process.wait()
        raise
