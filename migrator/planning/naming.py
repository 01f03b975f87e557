"""Naming: which key each row of a workspace has. Pure.

Most rows have a natural key. An anonymous document is named by its content. Automations of one name are
numbered: by age on the source, and on the destination so that each gets the number of the one it equals, else
of the one from which it differs least. A default queue is called what the source calls that pool's. Where a name
holds an id, it is spelled as the key of what that belongs to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Protocol

from migrator.kinds import KINDS, kind_named
from migrator.kinds.kind import BY_CONTENT, IdOf, Kind, Names
from migrator.kinds.references import portable
from migrator.model.canonical import Canonical
from migrator.model.keys import Key, key_of, kind_of, names_of, numbered, unnumbered
from migrator.planning.twins import Twins, numbers_like

KeyOfId = Callable[[str], Key | None]
"""What an id is called."""


class Contents(Protocol):
    """Reads rows' canonical forms."""

    def canonical(self, kind: Kind, place: int, key_of_id: KeyOfId) -> Canonical:
        """The canonical form of a row, given where its body is and what ids are called."""

    def disclosed(self, kind: Kind, place: int, key_of_id: KeyOfId) -> Canonical:
        """The same without what is secret in it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list, without its body.

    Attributes:
        kind: Its kind.
        id: What its server calls it.
        names: Its natural key, perhaps in terms of other ids.
        created: When the server says it was created (ISO 8601), for an order by age.
        place: Where the body is found.
        default_of: The pool that it is the default queue of.
    """

    kind: Kind
    id: str
    names: Names
    created: str
    place: int
    default_of: str = ""


@dataclass(frozen=True)
class Naming:
    """The names of one workspace. Its rows are not kept: they are larger than all that is made of them.

    Attributes:
        key_of_id: What each id is called.
        places: Where the body behind each key is, until an inventory says it.
        twins: Of each natural key that need not be unique: where the bodies of its rows are, in order of their numbers.
        default_queues: By the pool's key, the key of its default queue.
        contents: Reads the bodies.
    """

    key_of_id: Mapping[str, Key]
    places: Mapping[Key, int]
    twins: Mapping[Key, Sequence[int]]
    default_queues: Mapping[Key, Key]
    contents: Contents | None = None

    def twins_of(self, key: Key) -> Twins | None:
        """The rows of a natural key; None if there are none."""
        if self.contents is None or key not in self.twins:
            return None
        read = partial(self.contents.canonical, key_of_id=self._before_numbers)
        return Twins(kind_named(key), self.twins[key], read)

    def _before_numbers(self, some_id: str) -> Key | None:
        """What an id was called when namesakes had no numbers yet: their contents are compared by that."""
        key = self.key_of_id.get(some_id)
        natural = None if key is None else unnumbered(key)
        return natural if natural in self.twins else key


#: How an id is spelled in the name of what it belongs to.
_ITSELF = Key("…")
NOTHING = Naming({}, {}, {}, {})


def name(
    rows: Iterable[Row], contents: Contents, like: Naming = NOTHING, known: Mapping[str, Key] = MappingProxyType({})
) -> Naming:
    """Name the rows of a workspace, so that what belongs together is called alike on both sides.

    Args:
        rows: Every row, of every kind.
        contents: Reads rows' canonical forms.
        like: The names of the other side.
        known: What some ids have been called before, which they keep.
    """
    by_kind: dict[str, list[Row]] = {kind.name: [] for kind in KINDS}
    by_id: dict[str, Row] = {}
    for row in rows:
        by_kind[row.kind.name].append(row)
        by_id[row.id] = row
    position = {kind.name: place for place, kind in enumerate(KINDS)}
    namer = _Namer(contents, like, known, by_id, keys=dict(known))
    for kind in KINDS:
        namer.add(by_kind[kind.name])
    namer.number_twins()
    keys_in_order = sorted(namer.rows, key=lambda key: position[kind_of(key)])
    places = {key: namer.rows[key].place for key in keys_in_order}
    return Naming(namer.keys, places, namer.twins, namer.default_queues, contents)


@dataclass
class _Namer:
    contents: Contents
    like: Naming
    known: Mapping[str, Key]
    by_id: Mapping[str, Row]
    keys: dict[str, Key] = field(default_factory=dict)
    rows: dict[Key, Row] = field(default_factory=dict)
    twins: dict[Key, Sequence[int]] = field(default_factory=dict)
    default_queues: dict[Key, Key] = field(default_factory=dict)
    _unnamed: dict[str, Row] = field(default_factory=dict)
    _spelling: set[str] = field(default_factory=set)
    _groups: dict[Key, list[Row]] = field(default_factory=dict)

    def add(self, rows: Sequence[Row]) -> None:
        """Name the rows of one kind, after the kinds that its names are made of."""
        self._unnamed = {row.id: row for row in rows if BY_CONTENT in row.names}
        # What has a name keeps it; and a default queue has its own before a namesake comes.
        for row in sorted(rows, key=lambda row: (row.id not in self.known, not row.default_of, row.created, row.id)):
            key = self.known.get(row.id) or self._natural(row)
            if row.id not in self.known and (row.kind.namesakes or BY_CONTENT in row.names):
                self._groups.setdefault(key, []).append(row)
            else:
                key = key if row.kind.only_used else self._free(key, 1)
                self.rows.setdefault(key, row)
            self.keys[row.id] = key
            if row.default_of:
                self.default_queues[self._pool(row)] = key

    def number_twins(self) -> None:
        """Give namesakes their numbers, once everything that they refer to has a name."""
        read = partial(self.contents.canonical, key_of_id=self.keys.get)
        for key, rows in self._groups.items():
            twins = Twins(rows[0].kind, [row.place for row in rows], read)
            numbers = numbers_like(twins, self.like.twins_of(key))
            for number, row in zip(numbers, rows, strict=True):
                self.rows[self._free(key, number)] = row
            self.twins[key] = tuple(place for _, place in sorted(zip(numbers, twins.places, strict=True)))
        for key, row in self.rows.items():
            self.keys[row.id] = key

    def _free(self, key: Key, number: int) -> Key:
        """The numbered key, or the next one that nothing has been called before."""
        while numbered(key, number) in self.rows:
            number += 1
        return numbered(key, number)

    def _natural(self, row: Row) -> Key:
        if row.default_of and self._pool(row) in self.like.default_queues:
            return self.like.default_queues[self._pool(row)]
        self._spelling.add(row.id)
        names: list[str] = []
        for part in row.names:
            if isinstance(part, IdOf):
                owner = self._spelled(part.id)
                names += [part.id] if owner is None else names_of(owner)
            elif part is BY_CONTENT:
                names.append(f"anonymous-{self.contents.disclosed(row.kind, row.place, self._key_of).digest()}")
            else:
                names.append(part)
        key = portable(key_of(row.kind.name, *names), self._spelled)
        self._spelling.discard(row.id)
        return key

    def _pool(self, row: Row) -> Key:
        """The pool that a row is the default queue of."""
        return portable(key_of("work-pool", row.default_of), self._spelled)

    def _spelled(self, some_id: str) -> Key | None:
        """How an id within a name is spelled; the kind of what it belongs to may come later."""
        if some_id in self.keys or some_id not in self.by_id:
            return self.keys.get(some_id)
        return _ITSELF if some_id in self._spelling else self._natural(self.by_id[some_id])

    def _key_of(self, some_id: str) -> Key | None:
        """What an id is called, where content may hold what is itself named by content."""
        if some_id not in self.keys and some_id in self._unnamed:
            self.keys[some_id] = self._natural(self._unnamed[some_id])
        return self.keys.get(some_id)
