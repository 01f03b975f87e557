"""docs/reference/commands.md has every command with every option, and no other."""

import re

import click
import pytest

from migrator.cli import COMMANDS, group
from tests.unit.docs.pages import code, page, rows, section

_OPTION = re.compile(r"-[\w-]+")
_COMMANDS = page("reference/commands.md")


def command_named(name: str) -> click.Command:
    """A command as click knows it."""
    command = group.get_command(click.Context(group), name)
    assert command is not None
    return command


def options_of(command: click.Command) -> set[str]:
    """How the options of a command are spelled; the help that all have is said once."""
    options = (parameter for parameter in command.params if isinstance(parameter, click.Option))
    return {spelling for option in options for spelling in (*option.opts, *option.secondary_opts)}


def documented(heading: str) -> set[str]:
    """How the options of a section's table are spelled."""
    spelled = (spelling for row in rows(section(_COMMANDS, heading)) for spelling in code(row[0]))
    return {match[0] for spelling in spelled if (match := _OPTION.match(spelling))}


def test_every_command_has_a_section() -> None:
    """And every section is a command."""
    headings = re.findall(r"^## migrator (\S+)$", _COMMANDS, re.MULTILINE)
    assert headings == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_has_a_row(name: str) -> None:
    """And every row is an option."""
    assert documented(f"## migrator {name}") == options_of(command_named(name))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_of_a_command_is_named(name: str) -> None:
    """As the help names it."""
    arguments = (p for p in command_named(name).params if isinstance(p, click.Argument))
    text = section(_COMMANDS, f"## migrator {name}")
    assert all(f"`{argument.make_metavar(click.Context(group))}`" in text for argument in arguments)


def test_the_options_before_a_command_have_rows() -> None:
    """Those of `migrator` itself."""
    assert documented("## migrator") == options_of(group) | {"--help", "-h"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_default_is_the_real_one(name: str) -> None:
    """Numbers that the help shows stand in the page."""
    shown = {row[0].split()[0].strip("`"): row[1] for row in rows(section(_COMMANDS, f"## migrator {name}"))}
    for option in command_named(name).params:
        if isinstance(option, click.Option) and isinstance(option.default, int) and not option.is_flag:
            assert f"default {option.default}" in shown[option.opts[0]]
