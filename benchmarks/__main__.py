"""`python -m benchmarks NAME`: measure a part, or `all` of them."""

import compileall
import inspect
import shlex
import sys
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

import click

import migrator
import workers
from benchmarks import engine
from benchmarks.form import MeasurementForm, PartForm
from benchmarks.keeping import keep
from benchmarks.machine import this_machine
from benchmarks.options import Options
from benchmarks.parts import PARTS
from benchmarks.rendering import section_of
from benchmarks.transfer.choosing import transfer_options


@click.command()
@click.argument("name", type=click.Choice([*PARTS, "all"]))
@click.option(
    "--rounds", type=click.IntRange(1), default=3, show_default=True, help="How often each rival is measured."
)
@click.option("--nodes", type=click.IntRange(1), multiple=True, default=engine.SIZES, help="Size of a run; repeatable.")
@transfer_options
@click.option("--json", "as_json", is_flag=True, help="Print the machine form, one line a part.")
@click.option(
    "--keep",
    "keeps",
    is_flag=True,
    help="Keep the results beside those of other contests, and write docs/benchmarks.md.",
)
def main(name: str, *, as_json: bool, keeps: bool, **chosen: Any) -> None:
    """Measure a part of the benchmark, or all of them; figures go to standard error as they come."""
    # As pip does for what it installs, rivals among it; ours runs in place.
    for package in (migrator, workers):
        compileall.compile_dir(Path(package.__path__[0]), quiet=1)
    for part in PARTS if name == "all" else [name]:
        contests = PARTS[part].measure(Options(**chosen))
        for form in accumulate(contests, PartForm.with_one_more, initial=_nothing_of(part)):
            if keeps and form.contests:
                keep(form)
        click.echo(form.model_dump_json() if as_json else section_of(form))


def _nothing_of(part: str) -> PartForm:
    measurement = MeasurementForm(
        command=shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]),
        date=datetime.now(UTC).date().isoformat(),
        machine=this_machine(),
        contests=[],
    )
    return PartForm(part=part, about=inspect.cleandoc(PARTS[part].__doc__ or ""), measurements=[measurement])


if __name__ == "__main__":
    main()
