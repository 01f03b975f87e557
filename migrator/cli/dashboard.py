"""`migrator dashboard`."""

import asyncio
from pathlib import Path

import click

from migrator.cli.console import notices
from migrator.dashboard.serving import Address, serve
from migrator.settings import settings

#: Where the page is unless one says otherwise: next to Prefect's own.
PORT = 4208


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where to listen; this machine only, or with a token.",
)
@click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 for any that is free."
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The token that the page asks for; MIGRATOR_DASHBOARD_TOKEN_FILE otherwise.",
)
@click.pass_context
def dashboard(context: click.Context, *, host: str, port: int, token_file: Path | None) -> None:
    """Show runs on a web page, until Ctrl-C. It reads only, and what is closed is a window."""
    chosen = settings()
    address = Address(host, port, token_file or chosen.dashboard_token_file)
    debug = context.find_root().params["debug"]
    asyncio.run(serve(address, chosen, _say, debug=debug))


def _say(url: str) -> None:
    notices.print(f"The page is at {url}, until Ctrl-C.", highlight=False, soft_wrap=True)
