"""Where the page listens, and by which names it may be called there."""

import ipaddress
import socket
from contextlib import suppress

from migrator.errors import UsageError

#: What this machine is called by itself.
LOCAL = "localhost"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address; a name that is not `localhost` may lead anywhere."""
    if host == LOCAL:
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def host_of(header: str) -> str:
    """The host of a `Host` header, without its port and the brackets of IPv6."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0].lower()


def listening_at(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        UsageError: The address is none of this machine's, or somebody else listens there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(
            f"nothing can listen at {url_of(host, port)}: {error.strerror}", "choose another --port or --host"
        ) from error


def url_of(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
