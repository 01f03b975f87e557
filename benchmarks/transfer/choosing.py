"""What may be chosen of the transfer, as the command line spells it."""

from collections.abc import Callable
from typing import Any

import click

from benchmarks.transfer.contests import RIVALS

#: Deployments of the workspaces, unless others are named.
SIZES = (100, 400, 2000)
DATABASES = ("sqlite", "postgresql")
#: Requests in flight with which the bare creates are tried.
IN_FLIGHT = (1, 2, 4, 8, 16, 32)


def transfer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options of the transfer; each is repeatable."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _several(spelled: str, name: str, choices: tuple[str, ...], help_text: str) -> Callable[..., Any]:
    return click.option(spelled, name, type=click.Choice(choices), multiple=True, default=choices, help=help_text)


_OPTIONS = (
    click.option("--deployments", type=click.IntRange(1), multiple=True, default=SIZES, help="Size of a workspace."),
    _several("--database", "databases", DATABASES, "Of the servers."),
    _several("--rival", "rivals", tuple(RIVALS), "Who transfers it."),
    click.option("--first-only", is_flag=True, help="Only into empty workspaces, not once more."),
    click.option(
        "--in-flight", type=click.IntRange(1), multiple=True, default=IN_FLIGHT, help="Requests of the bare creates."
    ),
)
