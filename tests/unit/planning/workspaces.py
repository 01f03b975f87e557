"""Workspaces in memory: rows of lists and what is read from them, as discovery does it from a spool."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from migrator.kinds import kind_named
from migrator.kinds.kind import Kind, Surroundings
from migrator.kinds.reading import Reader
from migrator.model.canonical import Body, Canonical
from migrator.model.inventory import Inventory
from migrator.model.keys import Key
from migrator.planning.naming import NOTHING, KeyOfId, Naming, Row, name

Listed = tuple[str, Body]
"""The name of a kind, and a row of its list."""


@dataclass(frozen=True)
class Workspace:
    """What a server lists, in its own order."""

    listed: Sequence[Listed]

    @cached_property
    def default_queues(self) -> Mapping[str, str]:
        """By a default queue's id, its pool."""
        pools = (row for kind, row in self.listed if kind == "work-pool")
        return {str(row["default_queue_id"]): str(row["name"]) for row in pools}

    def rows(self) -> Iterable[Row]:
        """The rows without their bodies."""
        for place, (kind, body) in enumerate(self.listed):
            yield Row(
                kind=kind_named(Key(kind)),
                id=str(body.get("id", "default")),
                names=kind_named(Key(kind)).names(body),
                created=str(body.get("created")),
                place=place,
                default_of=self.default_queues.get(str(body.get("id")), ""),
            )

    def canonical(self, kind: Kind, place: int, key_of_id: KeyOfId) -> Canonical:
        """The canonical form of a row."""
        return self._reader(key_of_id).canonical(kind, self.listed[place][1])

    def disclosed(self, kind: Kind, place: int, key_of_id: KeyOfId) -> Canonical:
        """The same without what is secret in it."""
        return self._reader(key_of_id).disclosed(kind, self.listed[place][1])

    def named(self, like: Naming = NOTHING, known: Mapping[str, Key] = MappingProxyType({})) -> Naming:
        """What its ids are called."""
        return name(self.rows(), self, like, known)

    def inventory(self, like: Naming = NOTHING) -> Inventory:
        """What it holds."""
        naming = self.named(like)
        reader = self._reader(naming.key_of_id.get)
        bodies = ((key, self.listed[place][1]) for key, place in naming.places.items())
        return Inventory.of(reader.resource(kind_named(key), key, body) for key, body in bodies)

    def _reader(self, key_of_id: KeyOfId) -> Reader:
        queues = (row for kind, row in self.listed if kind == "work-queue" and row["id"] in self.default_queues)
        return Reader(key_of_id, Surroundings({(row["work_pool_name"], row["name"]) for row in queues}))


def on_another_server(listed: Sequence[Listed], ids: Mapping[str, str]) -> list[Listed]:
    """The same rows, as a server lists them that has other ids for them."""
    text = json.dumps(listed)
    for here, there in ids.items():
        text = text.replace(here, there)
    return [(kind, body) for kind, body in json.loads(text)]


def listed(kind: Kind, *rows: Body) -> list[Listed]:
    """Rows of one kind."""
    return [(kind.name, row) for row in rows]
