"""The options that commands share, each with one meaning everywhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from migrator.cli import completion
from migrator.model.bounds import Bounds
from migrator.settings import Settings, settings

F = TypeVar("F", bound=Callable[..., object])


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every command takes that carries out a run: its bounds, `--workers`, `--yes` and so on.

    `--rate` and `--concurrency` reach the command as its `bounds`.
    """

    @wraps(command)
    def given_bounds(*, rate: float | None, concurrency: int | None, **given: Any) -> Any:
        return command(bounds=Bounds(rate, concurrency), **given)

    rate = click.option(
        "--rate",
        type=click.FloatRange(0, min_open=True),
        metavar="NUMBER",
        help="Requests a second to the destination at the most, all workers together.",
    )
    concurrency = click.option(
        "--concurrency",
        type=click.IntRange(1),
        metavar="INTEGER",
        help="Requests in flight at the destination at the most, all workers together.",
    )
    return workers_option(rate(concurrency(yes_option(accept_volatile(as_json(given_bounds))))))


def the_run(command: F) -> F:
    """The run that a command is about."""
    return click.argument("run_id", metavar="RUN", shell_complete=completion.runs)(command)


def workers_option(command: F) -> F:
    """`--workers`."""
    return click.option(
        "--workers",
        default=2,
        show_default=True,
        type=click.IntRange(0),
        help="Worker processes to start here at the most: one at first, others as the destination takes more.",
    )(command)


def wait_option(command: F) -> F:
    """`--wait`."""
    return click.option(
        "--wait",
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        help="Follow it for so long at the most, and leave it to workers elsewhere.",
    )(command)


def yes_option(command: F) -> F:
    """`--yes`."""
    return click.option("--yes", is_flag=True, help="Do not ask; required without a terminal.")(command)


def as_json(command: F) -> F:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print the machine form on stdout, and nothing else.")(
        command
    )


def accept_volatile(command: F) -> F:
    """`--accept-volatile`."""
    return click.option("--accept-volatile", is_flag=True, help="Go on with a Redis that keeps nothing on disk.")(
        command
    )


def settings_with(*, accept_volatile: bool = False) -> Settings:
    """The environment's settings, with what the command line adds to them."""
    chosen = settings()
    return chosen.model_copy(update={"accept_volatile": chosen.accept_volatile or accept_volatile})
