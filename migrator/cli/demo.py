"""`migrator demo`."""

import asyncio
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from migrator.cli.console import phase, results
from migrator.demo.filling import fill_server
from migrator.demo.servers import prefect_servers
from migrator.errors import UsageError
from migrator.exit_codes import ExitCode

#: What the demo types, in this order; each must end with 0.
COMMANDS = (
    ("run", "--from", "demo-source", "--to", "demo-destination", "--yes"),
    ("verify", "--run", "last"),
    ("run", "--from", "demo-source", "--to", "demo-destination", "--yes"),
    ("cutover", "last", "--yes"),
    ("verify", "--run", "last"),
)


@click.command()
@click.option(
    "--serve",
    "directory",
    type=click.Path(path_type=Path),
    metavar="DIRECTORY",
    help="Only start and fill the servers, for practice until Ctrl-C; how to reach them is put there.",
)
def demo(*, directory: Path | None) -> int:
    """Start two throw-away Prefect servers, fill one, migrate it, verify, run it again, cut over, verify again."""
    with ExitStack() as stack:
        home = stack.enter_context(_home(directory))
        with phase("starting two Prefect servers"):
            servers = stack.enter_context(prefect_servers(2))
        source, destination = servers
        with phase("filling the source with a workspace of every kind"):
            asyncio.run(fill_server(source.api_url))
        settings = _settings(home, {"demo-source": source.api_url, "demo-destination": destination.api_url})
        if directory is not None:
            return _serve(home, settings)
        environment = _inherited() | settings
        return next((code for command in COMMANDS if (code := _type(command, environment))), 0)


@contextmanager
def _home(directory: Path | None) -> Iterator[Path]:
    """A directory for the demo's own profiles and runs, gone with it.

    Raises:
        UsageError: It is there already, and might be somebody's.
    """
    if directory is None:
        with TemporaryDirectory(prefix="migrator-demo-") as made:
            yield Path(made)
        return
    try:
        directory.mkdir(parents=True)
    except FileExistsError as error:
        raise UsageError(f"{directory} is there already", "name a directory that is not") from error
    try:
        yield directory.absolute()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _serve(home: Path, settings: Mapping[str, str]) -> int:
    """Let others use the servers until somebody ends this."""
    environment = home / "environment"
    environment.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in settings.items()))
    lines = (
        "Two servers are ready: the profiles demo-source, filled, and demo-destination, empty.",
        f"In another terminal:\n  . {shlex.quote(str(environment))}",
        "  migrator plan --from demo-source --to demo-destination",
        "Ctrl-C ends both, and removes the directory.",
    )
    results.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        # A shell starts what it puts into the background with the first of them ignored.
        signal.signal(number, signal.default_int_handler)
    try:
        while True:
            signal.pause()
    except KeyboardInterrupt:
        return ExitCode.LANDED


def _settings(home: Path, urls: Mapping[str, str]) -> dict[str, str]:
    """Settings of its own: the demo touches no profile and no run of the user's."""
    for profile, url in urls.items():
        directory = home / "credentials" / profile
        directory.mkdir(parents=True)
        (directory / "url").write_text(url)
    return {"MIGRATOR_STATE_DIR": str(home / "state"), "MIGRATOR_CREDENTIALS_DIR": str(home / "credentials")}


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.upper().startswith("MIGRATOR_")}


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
