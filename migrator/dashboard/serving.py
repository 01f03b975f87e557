"""Serving: the site over HTTP until somebody ends it. Streams are let go of at once."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from migrator.coordinator.workplace import looking_place
from migrator.dashboard.address import is_loopback, listening_at, url_of
from migrator.dashboard.lookout import Lookouts
from migrator.dashboard.site import site_of
from migrator.dashboard.token import Token, read_token
from migrator.dashboard.views import Views
from migrator.errors import RefusedError
from migrator.settings import Settings

#: Seconds that an answer which is under way may take when the page closes.
GRACE = 2


@dataclass(frozen=True)
class Address:
    """Where the page is to be.

    Attributes:
        host: The address that it listens at.
        port: And the port; 0 for any that is free.
        token_file: What holds its token; None if it has none.
    """

    host: str
    port: int
    token_file: Path | None

    def token(self) -> Token | None:
        """Its token.

        Raises:
            UsageError: The file holds none.
            RefusedError: There is none, and others could reach the page.
        """
        if self.token_file is not None:
            return read_token(self.token_file)
        if is_loopback(self.host):
            return None
        raise RefusedError(
            f"at {self.host} others could reach the page, and it has no token",
            "openssl rand -hex 32 > FILE; chmod 600 FILE; say --token-file FILE",
        )


class _Server(uvicorn.Server):
    """Leaves signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none: uvicorn would send them to us again when it has ended."""
        yield


async def serve(address: Address, settings: Settings, begun: Callable[[str], None], *, debug: bool) -> None:
    """Serve the site until SIGINT or SIGTERM.

    Args:
        address: Where.
        settings: Where runs live.
        begun: Is told the URL when the site is there.
        debug: Whether a bug of ours is shown with where it comes from.

    Raises:
        UsageError: Nothing can listen there, or the token cannot be read.
        RefusedError: Others could reach it, and it has no token.
        UnreachableError: Redis does not answer.
    """
    token = address.token()
    with listening_at(address.host, address.port) as socket:
        async with looking_place(settings) as place:
            lookouts = Lookouts(place.redis)
            site = site_of(Views(place.redis, settings, lookouts), token, local=is_loopback(address.host))
            server = _Server(
                uvicorn.Config(
                    site,
                    lifespan="off",
                    log_config=None,
                    log_level="error" if debug else "critical",
                    access_log=False,
                    server_header=False,
                    timeout_graceful_shutdown=GRACE,
                )
            )
            _end_at_signals(server, lookouts)
            begun(url_of(address.host, socket.getsockname()[1]))
            await server.serve(sockets=[socket])


def _end_at_signals(server: uvicorn.Server, lookouts: Lookouts) -> None:
    def end() -> None:
        server.should_exit = True
        lookouts.close()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
