"""Addresses: where a body names the workspace that it is in. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson

from migrator.model.canonical import Json, pointer_of

#: The names of the machine that a process runs on.
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0", "::"})  # noqa: S104 - compared, never bound to
#: In the URL of a workspace of Prefect Cloud, all of which share one host.
_CLOUD_WORKSPACE = re.compile(r"/workspaces/([^/]+)")


@dataclass(frozen=True, slots=True)
class Address:
    """How texts name a workspace.

    Attributes:
        hint: What every such text holds, in lower case.
        pattern: What tells it from others.
    """

    hint: bytes
    pattern: re.Pattern[str]

    def places_in(self, body: Json) -> tuple[str, ...]:
        """JSON pointers to where a body names the workspace."""
        if self.hint not in orjson.dumps(body).lower():
            return ()
        return tuple(pointer_of(path) for path, text in _texts(body, []) if self.pattern.search(text))


NOWHERE = Address(b"\0", re.compile(r"(?!)"))
"""The address that no text names."""


def address_of(url: str) -> Address:
    """The address of a workspace: host and port of its API, or of Prefect Cloud the workspace's id.

    Args:
        url: The API's URL, normalised: without the port that its scheme has by default.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if workspace := _CLOUD_WORKSPACE.search(parts.path):
        return _address(workspace[1], re.escape(workspace[1]))
    names = THIS_MACHINE if host in THIS_MACHINE else {host}
    spelled = "|".join(re.escape(f"[{name}]" if ":" in name else name) for name in sorted(names))
    if port is not None:
        return _address(f":{port}", rf"(?<![\w.-])(?:{spelled}):{port}(?!\d)")
    # Without a port a host's name is found in many a text; here it must stand in a URL.
    usual = 443 if parts.scheme == "https" else 80
    return _address("//", rf"//(?:[^/@\s]*@)?(?:{spelled})(?::{usual})?(?![\w:-]|\.\w)")


def _address(hint: str, pattern: str) -> Address:
    return Address(hint.lower().encode(), re.compile(pattern, re.IGNORECASE))


def _texts(value: Json, path: list[str | int]) -> Iterator[tuple[list[str | int], str]]:
    """Every text in a body, names of members too."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield [*path, name], name
            yield from _texts(item, [*path, name])
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _texts(item, [*path, position])
