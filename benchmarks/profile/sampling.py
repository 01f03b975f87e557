"""A command under a sampling profiler."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from benchmarks.profile.stacks import Stack, stacks
from benchmarks.transfer.movers import COMMANDS, LIMIT
from benchmarks.transfer.stage import ROOT
from benchmarks.transfer.usage import use

#: Samples a second, of the thread that has the interpreter's lock then; what runs without the lock is not seen.
RATE = 100


def sampled(command: Sequence[str], environment: Mapping[str, str], directory: Path) -> Sequence[Stack]:
    """Where the processor is during a command, in all processes of it that are Python's.

    Raises:
        click.ClickException: The profiler may not look at processes here, or the command failed.
    """
    raw = directory / "stacks"
    profiler = [str(COMMANDS / "py-spy"), "record", "--subprocesses", "--gil", "--rate", str(RATE), "--function"]
    written = ["--full-filenames", "--format", "raw", "--output", str(raw)]
    used = use([*profiler, *written, "--", *command], environment, directory, LIMIT)
    if used.code or not raw.exists():
        raise click.ClickException((directory / "errors").read_text(encoding="utf-8")[-2000:])
    return [*stacks(raw.read_text(encoding="utf-8"), str(ROOT))]
