"""The profile: where the processor is while a workspace is moved, and where Redis is while nodes do nothing.

The client is looked at a hundred times a second by py-spy: at the thread that has the interpreter's lock. It does not
stop at functions in C: their time is that of what calls them. A flame graph has the outermost function on top; what is
below one is what it calls, as wide as its share of the samples. Imports are what a process does before it begins. Of
Redis, its own statistics tell.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.form import ContestForm, RivalForm, SeriesForm
from benchmarks.headline import Headline
from benchmarks.options import Options
from benchmarks.profile.commands import by_command
from benchmarks.profile.sampling import RATE, sampled
from benchmarks.profile.stacks import ROLES, Stack, flame, spent
from benchmarks.rivals import contest
from benchmarks.transfer.movers import COMMANDS, RUN
from benchmarks.transfer.sources import make_source, source_of
from benchmarks.transfer.sqlite import SQLite
from benchmarks.transfer.stage import EMPTY, make_empty, staged

#: Nothing of it stands in the summary.
HEADLINES: Sequence[Headline] = ()
#: Worker processes of the run whose Redis is looked at.
PROCESSES = 2


def measure(options: Options) -> Iterator[ContestForm]:
    """One migration, of the middle size of those chosen, and one run, of the smallest."""
    yield _clients(sorted(options.deployments)[len(options.deployments) // 2])
    yield _redis(min(options.nodes))


def _clients(deployments: int) -> ContestForm:
    with tempfile.TemporaryDirectory(prefix="bench-sqlite-") as directory:
        databases = SQLite(Path(directory))
        make_empty(databases)
        make_source(databases, deployments)
        with staged(databases, source_of(deployments), EMPTY) as stage:
            seen = sampled([str(COMMANDS / "migrator"), *RUN], stage.environment, stage.home)
    rivals = [_process(role, [stack for stack in seen if stack.role == role]) for role in ROLES]
    return ContestForm(title=f"{deployments:,} deployments, {databases.name}: where the client is", rivals=rivals)


def _process(role: str, seen: Sequence[Stack]) -> RivalForm:
    seconds = sum(stack.samples for stack in seen) / RATE
    figures = {"s with the lock": seconds} | {f"% in {place}": share for place, share in spent(seen).items()}
    series = [SeriesForm(name=name, values=[value]) for name, value in figures.items()]
    return RivalForm(name=role, series=series, flame=flame(role, seen))


def _redis(nodes: int) -> ContestForm:
    figures = by_command(nodes, PROCESSES)
    rivals = {name: lambda own=own: own for name, own in figures.items()}
    return contest(f"{nodes:,} nodes that do nothing, {PROCESSES} worker processes: where Redis is", rivals, 1)
