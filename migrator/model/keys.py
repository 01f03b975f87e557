"""Keys: the names by which resources are known on both sides.

A key is written `kind/natural/key`, as in `deployment/etl/nightly`. The characters `/ % # * ? [` inside a
name are percent-encoded, so that a key splits unambiguously and can be matched by patterns; so are control
characters, which servers accept in names, so that a key is one line and does nothing to a terminal.
"""

import re
from typing import NewType
from urllib.parse import unquote

Key = NewType("Key", str)

_RESERVED = re.compile(r"[/%#*?\[\x00-\x1f\x7f]")


def key_of(kind: str, *names: str) -> Key:
    """The key of the resource of `kind` that `names` name, outermost first."""
    return Key("/".join((kind, *(_RESERVED.sub(_percent, name) for name in names))))


def numbered(key: Key, number: int) -> Key:
    """The key of the `number`-th resource, from 1, of those that share a natural key."""
    return key if number == 1 else Key(f"{key}#{number}")


def unnumbered(key: Key) -> Key:
    """The natural key that a numbered one was made from."""
    return Key(key.partition("#")[0])


def kind_of(key: Key) -> str:
    """The kind a key begins with."""
    return key.partition("/")[0]


def names_of(key: Key) -> tuple[str, ...]:
    """The names a key was made of, decoded; a number is dropped."""
    return tuple(unquote(name) for name in unnumbered(key).split("/")[1:])


def _percent(match: re.Match[str]) -> str:
    return f"%{ord(match.group()):02X}"
