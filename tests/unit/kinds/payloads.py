"""Rows as they are written to another workspace, for the tests of single kinds."""

from migrator.kinds import kind_named
from migrator.kinds.kind import Kind
from migrator.kinds.references import put_back
from migrator.model.canonical import Body
from migrator.model.keys import Key
from tests.unit.rows import KEYS, READER, an_id

THERE: dict[str, str] = {known: an_id(0x7000 + number) for number, known in enumerate(KEYS)}
"""What the other workspace calls the rows' ids."""


def the_kind(name: str) -> Kind:
    """A kind by its name."""
    return kind_named(Key(name))


def bare(body: Body) -> Body:
    """What is created of an automation that is part of a cycle."""
    made_bare = the_kind("automation").bare
    assert made_bare is not None
    return made_bare(body)


def payload(kind: Kind, row: Body) -> Body:
    """The content of a row, with the other workspace's ids."""
    return put_back(READER.canonical(kind, row), {key: THERE[known] for known, key in KEYS.items()})
