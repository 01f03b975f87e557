"""The canonical form: a resource's content with every reference taken out.

What the server owns is dropped, and every id of another resource is cut out of the body and listed beside it
by the key of what it points to. Two resources are the same when their canonical forms are equal, on whatever
server each lives; and no id can leak from one server to another, because none is spelled inside the form.
"""

import hashlib
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import orjson

from migrator.model.keys import Key

Json: TypeAlias = Any
"""A JSON value (RFC 8259): what it is is the server's to say, so it is looked at, not declared."""
Body: TypeAlias = dict[str, Any]
"""A JSON object."""


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """A hole in a body.

    Attributes:
        pointer: Where the string with the hole stands, as a JSON pointer (RFC 6901).
        offset: Where in the holed string the id is put back, in characters; -1 where the id is the whole
            value, and the hole is null.
        key: What the id belongs to.
    """

    pointer: str
    offset: int
    key: Key


@dataclass(frozen=True, slots=True)
class Canonical:
    """A body with holes, and what belongs into them, in order of pointer and offset."""

    body: Body
    references: tuple[Reference, ...] = ()

    def digest(self) -> str:
        """A fingerprint that is equal exactly when two canonical forms are, in 32 hexadecimal digits."""
        holes = [[hole.pointer, hole.offset, hole.key] for hole in self.references]
        text = orjson.dumps([self.body, holes], option=orjson.OPT_SORT_KEYS)
        return hashlib.blake2b(text, digest_size=16).hexdigest()

    def shaped(self, shape: Callable[[Body], Body]) -> "Canonical":
        """The same with another body that has its holes in the same places."""
        return replace(self, body=shape(self.body))

    def without(self, pointers: Sequence[str]) -> "Canonical":
        """The same without some members of its objects, and without the holes in them."""
        if not pointers:
            return self
        inside = tuple(f"{pointer}/" for pointer in pointers)
        holes = (hole for hole in self.references if not f"{hole.pointer}/".startswith(inside))
        return Canonical(_without(self.body, frozenset(pointers), []), tuple(holes))


def pointer_of(path: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a path of keys and positions."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def steps_of(pointer: str) -> list[str]:
    """The steps of a JSON pointer, unescaped."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _without(value: Json, pointers: AbstractSet[str], path: list[str | int]) -> Json:
    if isinstance(value, dict):
        kept = ((name, item) for name, item in value.items() if pointer_of([*path, name]) not in pointers)
        return {name: _without(item, pointers, [*path, name]) for name, item in kept}
    if isinstance(value, list):
        return [_without(item, pointers, [*path, position]) for position, item in enumerate(value)]
    return value
