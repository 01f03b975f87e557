"""Rows with one value changed, and what `verify` notices of it."""

import re
from collections.abc import Iterator, Sequence

import orjson

from migrator.kinds import kind_named
from migrator.model.canonical import Body, Json, pointer_of, steps_of
from migrator.model.keys import Key
from migrator.planning.differences import compare
from tests.unit import rows
from tests.unit.kinds.specimens import SPECIMENS
from tests.unit.rows import READER


def _leaves(value: Json, path: Sequence[str | int] = ()) -> Iterator[Sequence[str | int]]:
    """The paths to all that holds nothing further: plain values, empty lists and objects."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [leaf for step, item in items for leaf in _leaves(item, [*path, step])]
    yield from below or [path]


#: What no row of a server shows: a structure that is a text, or what holds by two ids at once with one of them changed.
_IMPOSSIBLE = {
    ("deployment without anything", "/global_concurrency_limit"),
    ("block-document", "/block_document_references"),
    ("anonymous block-document", "/block_document_references"),
    ("deployment with its own limit", "/id"),
    ("deployment with its own limit", "/global_concurrency_limit/id"),
    ("deployment with its own limit", "/global_concurrency_limit/name"),
}
#: What can stand where nothing stands, and is no text.
_SOMETHING: Body = {
    "actions_on_trigger": [{"type": "do-nothing"}],
    "schedules": [*rows.DEPLOYMENT["schedules"]],
    "concurrency_options": {"collision_strategy": "ENQUEUE"},
}
CHANGES = [
    (name, pointer)
    for name, (_, row) in SPECIMENS.items()
    for pointer in sorted({pointer_of(path) for path in _leaves(row)})
    if (name, pointer) not in _IMPOSSIBLE
]
"""Every single value of every specimen: the specimen's name, and the JSON pointer to the value."""


def noticed(kind_name: str, row: Body, other: Body) -> set[str]:
    """Where two rows differ to `verify`."""
    kind = kind_named(Key(kind_name))
    forms = [READER.canonical(kind, each) for each in (row, other)]
    different = set(compare(*forms).different)
    assert (forms[0].digest() != forms[1].digest()) is bool(different)
    return different


def changed(row: Body, pointer: str) -> Body:
    """A row with another value in one place."""
    copy = orjson.loads(orjson.dumps(row))
    *path, last = steps_of(pointer)
    parent: Json = copy
    for step in path:
        parent = parent[int(step) if isinstance(parent, list) else step]
    place = int(last) if isinstance(parent, list) else last
    if last in _SOMETHING and not parent[place]:
        parent[place] = _SOMETHING[last]
    else:
        parent[place] = _another_id(parent[place]) if last.endswith("id") else _another(parent[place])
    return dict(copy)


def _another_id(value: Json) -> Json:
    """The id of something else."""
    if value is None or re.fullmatch(r"[0-9a-f-]{36}", value):
        return rows.VARIABLE_ID if value != rows.VARIABLE_ID else rows.FLOW_ID
    return _another(value)


def _another(value: Json) -> Json:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"{value}~"
    if isinstance(value, list):
        return ["new"]
    return {"new": 1} if isinstance(value, dict) else "new"
