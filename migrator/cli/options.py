"""The options that commands share, each with one meaning everywhere."""

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
from migrator.model.bounds import Bounds
from migrator.model.plan import OnExisting
from migrator.planning.selection import Selection, unknown_kinds
from migrator.prefect_api.profiles import read_profile
from migrator.settings import Settings, settings

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


def the_run(command: F) -> F:
    """The run that a command is about."""
    return click.argument("run_id", metavar="RUN", shell_complete=completion.runs)(command)


def workers_option(command: F) -> F:
    """`--workers`."""
    return click.option(
        "--workers", default=2, show_default=True, type=click.IntRange(0), help="Worker processes to start here."
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


def _with_secrets(command: F) -> F:
    return click.option(
        "--secrets",
        "secrets_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A YAML file with the values of what the source masks, by key and field.",
    )(command)


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


def settings_with(*, accept_volatile: bool = False) -> Settings:
    """The environment's settings, with what the command line adds to them."""
    chosen = settings()
    return chosen.model_copy(update={"accept_volatile": chosen.accept_volatile or accept_volatile})
