"""The command line: parse, one call, render, exit code. No business rule lives here.

Commands are imported when they are called for, so that `migrator --help` answers at once.
"""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from migrator import __version__
from migrator.cli.errors import end_with, no_such_command
from migrator.exit_codes import ExitCode

#: What there is. A command is a function of its name, in a module of its name or of its group's.
COMMANDS = {
    "doctor": "Check what a migration needs; nothing is written.",
    "plan": "What a run would do; nothing is written.",
    "run": "Move a workspace: plan, confirm, migrate, report.",
    "verify": "Compare two workspaces, field by field.",
    "cutover": "Let what a run held act at the destination, and no more at the source.",
    "rollback": "Undo a run.",
    "runs": "The runs that there are.",
    "status": "Where a run stands.",
    "watch": "Follow a run to its end.",
    "pause": "Let a run stand still.",
    "resume": "Let a run go on that was paused, or whose command died.",
    "cancel": "End a run; what has arrived stays.",
    "retry": "Try again what failed, and what that blocked.",
    "inspect": "The story of one resource in a run.",
    "report": "What became of a run.",
    "purge": "Remove what Redis knows of a run.",
    "dashboard": "Runs on a web page; it reads only.",
    "workers": "Worker processes; what a pod runs.",
    "health": "What a pod's probes ask.",
    "completion": "Let a shell complete what you type.",
    "demo": "A migration between two throw-away servers.",
}
#: The modules of commands that come in groups.
_GROUPS = {
    **dict.fromkeys(("runs", "status", "watch", "inspect"), "looking"),
    **dict.fromkeys(("pause", "resume", "cancel", "retry", "purge"), "steering"),
}


class _Commands(click.Group):
    """Imports a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        with _garbage_left_alone():
            module = import_module(f"migrator.cli.{_GROUPS.get(cmd_name, cmd_name)}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names of commands, without the import of all of them, and options."""
        named = [CompletionItem(name, help=what) for name, what in COMMANDS.items() if name.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            raise no_such_command(args[0], list(COMMANDS))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="migrator")
@click.option("--debug", is_flag=True, help="Show where an error of ours comes from.")
def group(*, debug: bool) -> None:
    """Move a whole Prefect workspace, every resource and every reference, and prove that it arrived."""


def main() -> None:
    """Run a command and end the process with its exit code."""
    # Pydantic would look through all that is installed for plugins, here and in the workers that a command starts.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # A shell starts what it puts into the background with SIGINT ignored; there SIGTERM ends a process by itself.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGTERM, _as_by_ctrl_c)
    try:
        sys.exit(group(standalone_mode=False) or ExitCode.LANDED)
    except BrokenPipeError:
        # Whoever read our output has had enough; nothing more can be said, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.INTERRUPTED)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - whatever it is, it is said
        sys.exit(end_with(error))


@contextmanager
def _garbage_left_alone() -> Iterator[None]:
    """What imports make stays. To look for garbage among it would cost a sixth of what they cost (0.85 s of CPU)."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _as_by_ctrl_c(*_: object) -> None:
    """End what has no ending of its own. The first process of a container would not hear SIGTERM without a handler."""
    signal.raise_signal(signal.SIGINT)
