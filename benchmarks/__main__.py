"""`python -m benchmarks NAME`: measure a part, or `all` of them."""

import inspect
import shlex
import sys
from datetime import UTC, datetime
from typing import Any

import click

from benchmarks import engine
from benchmarks.form import PartForm
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
@click.option("--keep", "keeps", is_flag=True, help="Keep the results, and write docs/benchmarks.md.")
def main(name: str, *, as_json: bool, keeps: bool, **chosen: Any) -> None:
    """Measure a part of the benchmark, or all of them; figures go to standard error as they come."""
    for part in PARTS if name == "all" else [name]:
        form = _measured(part, Options(**chosen))
        click.echo(form.model_dump_json() if as_json else section_of(form))
        if keeps:
            keep(form)


def _measured(part: str, options: Options) -> PartForm:
    module, machine = PARTS[part], this_machine()
    return PartForm(
        part=part,
        about=inspect.cleandoc(module.__doc__ or ""),
        command=shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]),
        date=datetime.now(UTC).date().isoformat(),
        machine=machine,
        contests=module.measure(options),
    )


if __name__ == "__main__":
    main()
