"""Commands in manifests, understood as the program understands them."""

from collections.abc import Sequence

import click

from migrator.cli import group


def parsed(arguments: Sequence[str]) -> click.Context:
    """What `migrator` makes of arguments, without doing it.

    Raises:
        click.UsageError: It would refuse them.
    """
    above = click.Context(group)
    name, command, rest = group.resolve_command(above, list(arguments))
    assert command is not None
    return command.make_context(name, rest, parent=above)
