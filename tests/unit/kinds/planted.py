"""Bodies of any shape with ids planted in them, for the laws of references."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from migrator.model.canonical import Body, Json
from migrator.model.keys import Key
from tests.unit.rows import an_id

HERE: Sequence[str] = [an_id(0xA00 + n) for n in range(5)]
"""Ids of resources, as one server calls them."""
THERE: Sequence[str] = [an_id(0xF000 - n) for n in range(5)]
"""Ids of the same resources, as another server calls them."""
STRANGERS: Sequence[str] = [an_id(0xBE00 + n) for n in range(3)]
"""Ids of nothing that is known: run ids, a user's own data."""
BEGINNING = "11111111-1111-1111-1111-1111"
"""What makes, with the beginning of an id behind it, the text of another id."""

KEYS_HERE: Mapping[str, Key] = {known: Key(f"flow/{n}") for n, known in enumerate(HERE)}
KEYS_THERE: Mapping[str, Key] = {known: Key(f"flow/{n}") for n, known in enumerate(THERE)}


@dataclass(frozen=True)
class Text:
    """A string with ids in it: literal text, and the numbers of ids that stand between."""

    parts: tuple[str | int, ...]


def rendered(template: Json, ids: Sequence[str]) -> Any:
    """A template with the ids of one server."""
    if isinstance(template, Text):
        return "".join(part if isinstance(part, str) else ids[part] for part in template.parts)
    if isinstance(template, dict):
        return {name: rendered(value, ids) for name, value in template.items()}
    if isinstance(template, list):
        return [rendered(value, ids) for value in template]
    return template


_LITERALS = st.sampled_from(
    ["", "-", "0", "ä", "/flows/", "prefect.flow.", "********", BEGINNING, *STRANGERS]
) | st.text(max_size=2)
_IDS = st.integers(0, len(HERE) - 1)
_TEXTS = st.lists(_LITERALS | _IDS, max_size=4).map(lambda parts: Text(tuple(parts)))
_WHOLE_IDS = _IDS.map(lambda number: Text((number,)))
_SCALARS = st.sampled_from([None, True, False, 0, 1, -(2**63), 2**63, 0.1, -1e300])
_NAMES = st.sampled_from(["", "a", "b", "0", "~", "~1", "/", "a/b", "$ref", "ä"])
_VALUES: st.SearchStrategy[Any] = st.recursive(
    _TEXTS | _WHOLE_IDS | _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=8,
)

TEMPLATES: st.SearchStrategy[Body] = st.dictionaries(_NAMES, _VALUES, max_size=3)
"""JSON objects with ids anywhere: whole, inside text, several, adjacent, in lists, under keys with `/` and `~`."""
