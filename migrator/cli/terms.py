"""The options that say what a migration is about: two profiles, a selection, and how it treats what it finds."""

import os
from collections.abc import Callable, Collection
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from migrator.cli import completion
from migrator.coordinator.secrets import NO_SECRETS, read_secrets
from migrator.coordinator.survey import Pair
from migrator.coordinator.terms import Terms
from migrator.errors import UsageError
from migrator.kinds import KINDS
from migrator.model.plan import OnExisting
from migrator.planning.selection import Selection, unknown_kinds
from migrator.prefect_api.profiles import read_profile
from migrator.settings import settings

F = TypeVar("F", bound=Callable[..., object])


def profile_option(spelling: str, name: str, *, required: bool, what: str) -> Callable[[F], F]:
    """An option that names a profile."""
    return click.option(
        spelling, name, metavar="PROFILE", required=required, help=what, shell_complete=completion.profiles
    )


def both_profiles(*, required: bool) -> Callable[[F], F]:
    """`--from` and `--to`, and what one is willing to accept of them."""
    options = (
        profile_option("--from", "source", required=required, what="The source's Prefect profile."),
        profile_option("--to", "destination", required=required, what="The destination's."),
        click.option("--allow-changes", is_flag=True, help="Go on although a workspace changes while it is listed."),
        click.option("--allow-same-identity", is_flag=True, help="Go on although one is a restored copy of the other."),
    )

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def selecting(command: F) -> F:
    """`--include`, `--exclude` and `--tag`."""
    options = (
        _pattern_option("--include", "Only keys that match, and what they need."),
        _pattern_option("--exclude", "No keys that match, whatever needs them."),
        click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only what has this tag, and what it needs."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _pattern_option(spelling: str, what: str) -> Callable[[F], F]:
    return click.option(spelling, multiple=True, metavar="PATTERN", help=what, shell_complete=completion.kinds)


def selection_of(include: tuple[str, ...], exclude: tuple[str, ...], tags: tuple[str, ...]) -> Selection:
    """What the options select.

    Raises:
        UsageError: A pattern names no kind.
    """
    selection = Selection(include, exclude, tags)
    if unknown := unknown_kinds(selection):
        kinds = ", ".join(kind.name for kind in KINDS)
        raise UsageError(f"no kind is called as in {', '.join(unknown)}", f"a pattern begins with a kind: {kinds}")
    return selection


def terms_of_a_migration(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a plan depends on; the command is given it as its `terms`."""

    @wraps(command)
    def given_terms(**given: Any) -> Any:
        include, exclude, tags = (given.pop(name) for name in ("include", "exclude", "tags"))
        held, on_existing = given.pop("held"), OnExisting(given.pop("on_existing"))
        pair = pair_of(**{name: given.pop(name) for name in _OF_A_PAIR})
        return command(terms=Terms(pair, selection_of(include, exclude, tags), held, on_existing), **given)

    return both_profiles(required=True)(selecting(_with_secrets(_hold_or_live(_on_existing(given_terms)))))


_OF_A_PAIR = ("source", "destination", "allow_changes", "allow_same_identity", "secrets_file")


def _hold_or_live(command: F) -> F:
    return click.option(
        "--hold/--live",
        "held",
        default=True,
        help="Let deployments arrive paused and automations disabled (default), or as they are at the source.",
    )(command)


def _on_existing(command: F) -> F:
    return click.option(
        "--on-existing",
        type=click.Choice([policy.value for policy in OnExisting]),
        default=OnExisting.KEEP.value,
        show_default=True,
        help="What is there already is kept, or changed in the fields that differ, or fails.",
    )(command)


def typed_options(context: click.Context, *, apart_from: Collection[str]) -> list[str]:
    """The options of a command as they were given, but for those of some names."""
    return [
        word
        for option in context.command.params
        if (option.name or "") not in apart_from
        if context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
        for word in _typed(option, context.params[option.name or ""])
    ]


def _typed(option: click.Parameter, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [(option.opts if value else option.secondary_opts)[0]]
    values = value if isinstance(value, tuple) else (value,)
    return [word for one in values for word in (option.opts[0], str(one))]


def _with_secrets(command: F) -> F:
    return click.option(
        "--secrets",
        "secrets_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A YAML file with the values of what the source masks, by key and field.",
    )(command)


def pair_of(
    source: str, destination: str, *, allow_changes: bool, allow_same_identity: bool, secrets_file: Path | None = None
) -> Pair:
    """The two workspaces that the options name.

    Raises:
        UsageError: A profile or the file of secrets is unknown or broken.
    """
    credentials = settings().credentials_dir
    return Pair(
        read_profile(source, credentials_dir=credentials),
        read_profile(destination, credentials_dir=credentials),
        allow_changes=allow_changes,
        allow_same_identity=allow_same_identity,
        secrets=read_secrets(secrets_file, os.environ) if secrets_file else NO_SECRETS,
    )
