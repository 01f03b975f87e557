"""Discretion: what a server says about a request it refused, without the values it was sent. Pure (invariant 10)."""

import re
from collections.abc import Iterator

import orjson

from migrator.model.canonical import Json

#: What stands in place of a value.
WITHHELD = "…"
#: Characters below which a value says nothing, and would be found in the midst of other words.
_SHORTEST = 3


def discreet(message: str, body: Json, names: frozenset[str] = frozenset()) -> str:
    """A message without any value of a body.

    Args:
        message: What a server said.
        body: What it was sent.
        names: Texts that are no secret: what the resource is called, and the fields it has.
    """
    values = {text for text in _leaves(body) if len(text) >= _SHORTEST and text not in names}
    if not values:
        return message
    spellings = {spelled for value in values for spelled in (value, repr(value)[1:-1], _json(value))}
    longest_first = sorted(spellings, key=len, reverse=True)
    return re.sub("|".join(re.escape(value) for value in longest_first), WITHHELD, message)


def _json(text: str) -> str:
    """A text as it is spelled inside a JSON string."""
    return orjson.dumps(text)[1:-1].decode()


def _leaves(value: Json) -> Iterator[str]:
    """Every value in a body, as a message would spell it."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
