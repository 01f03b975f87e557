"""References in and out of bodies: ids become holes with keys, keys become the destination's ids. Pure.

Any string that holds an id of the workspace is a reference, wherever it stands (invariant 5).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import orjson

from migrator.model.canonical import Body, Canonical, Json, Reference, pointer_of, steps_of
from migrator.model.keys import Key, key_of, unnumbered

#: The text form of an id (RFC 9562, 4).
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_UUID_LENGTH = 36
#: An id in an event's resource, as in `prefect.work-pool.<id>`.
_RESOURCE_ID = re.compile(rf"prefect\.[a-z-]+\.{_UUID.pattern}")
#: The pointer's offset of an id that is the whole value.
WHOLE = -1


@dataclass(frozen=True)
class Place:
    """A place where an id must stand.

    Attributes:
        pattern: Its JSON pointer; `*` stands for one step, `**` for any number.
        required: Whether the resource makes no sense without it.
    """

    pattern: str
    required: bool = True
    _regex: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        text = re.escape(self.pattern).replace(r"/\*\*", "(/[^/]*)*").replace(r"\*", "[^/]*")
        object.__setattr__(self, "_regex", re.compile(text))

    @property
    def last_step(self) -> str:
        """What the pointer of such a place ends with."""
        return self.pattern.rpartition("/")[2]

    def holds(self, pointer: str) -> bool:
        """Whether the place is where a pointer points to."""
        return self._regex.fullmatch(pointer) is not None


#: Where Prefect resolves a block wherever it stands (server source, `prefect.utilities.schema_tools.hydration`).
BLOCK_REFERENCE = Place("/**/$ref/block_document_id")


@dataclass(frozen=True, slots=True)
class Dangling:
    """An id where one must stand that belongs to nothing that is known."""

    pointer: str
    required: bool


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A canonical form, and what of the body pointed to nothing."""

    canonical: Canonical
    dangling: tuple[Dangling, ...]


def take_out(
    body: Body,
    key_of_id: Callable[[str], Key | None],
    places: Iterable[Place] = (),
    *,
    sets: Iterable[Place] = (),
    ids_in_text: bool = False,
) -> TakenOut:
    """The canonical form of a body.

    Args:
        body: The content, as it would be created on its own server.
        key_of_id: What an id, in lower case, belongs to.
        places: Where an id must stand.
        sets: Where the order of a list says nothing.
        ids_in_text: Whether an unknown id in text such as `prefect.flow.<id>` is dangling.
    """
    cutter = _Cutter(key_of_id, (*places, BLOCK_REFERENCE), tuple(sets), ids_in_text=ids_in_text)
    holed = {name: cutter.cut(value, [name]) for name, value in body.items()}
    references = sorted(cutter.references, key=lambda hole: (hole.pointer, hole.offset))
    return TakenOut(Canonical(holed, tuple(references)), tuple(cutter.dangling))


def put_back(canonical: Canonical, ids: Mapping[Key, str]) -> Body:
    """The body of a canonical form, with the destination's ids in its holes.

    Raises:
        KeyError: A key has no id.
    """
    body: Body = orjson.loads(orjson.dumps(canonical.body))
    # From the last hole to the first, so that the offsets before it stay true.
    for hole in reversed(canonical.references):
        *path, last = steps_of(hole.pointer)
        parent: Json = body
        for step in path:
            parent = parent[_index(parent, step)]
        index = _index(parent, last)
        parent[index] = _filled(parent[index], hole.offset, ids[hole.key])
    return body


def portable(key: Key, key_of_id: Callable[[str], Key | None]) -> Key:
    """A key as the other side has it too: an id in a name is spelled as the key of what it belongs to."""

    def spelled(match: re.Match[str]) -> str:
        known = key_of_id(match.group().lower())
        return match.group() if known is None else key_of("", unnumbered(known)).removeprefix("/")

    return key if len(key) < _UUID_LENGTH else Key(_UUID.sub(spelled, key))


class _Cutter:
    """One body's walk: cuts ids out of strings and remembers them."""

    def __init__(
        self,
        key_of_id: Callable[[str], Key | None],
        places: tuple[Place, ...],
        sets: tuple[Place, ...],
        *,
        ids_in_text: bool,
    ) -> None:
        self.references: list[Reference] = []
        self.dangling: list[Dangling] = []
        self._key_of_id = key_of_id
        self._places = places
        self._sets = sets
        self._last_steps = frozenset(place.last_step for place in places)
        self._ids_in_text = ids_in_text

    def cut(self, value: Json, path: list[str | int]) -> Json:
        if isinstance(value, str):
            return self._cut_text(value, path)
        if isinstance(value, dict):
            return {self._checked(name, path): self.cut(item, [*path, name]) for name, item in value.items()}
        if isinstance(value, list):
            return [self.cut(item, [*path, position]) for position, item in enumerate(self._in_order(value, path))]
        return value

    def _in_order(self, items: list[Json], path: list[str | int]) -> list[Json]:
        """A list as it is, or, where its order says nothing, in one that both sides agree on."""
        is_set = any(place.last_step == path[-1] and place.holds(pointer_of(path)) for place in self._sets)
        return sorted(items, key=self._spelled) if is_set else items

    def _spelled(self, item: Json) -> str:
        """What to sort by: names in place of ids, which sort differently on every server."""
        text = orjson.dumps(item, option=orjson.OPT_SORT_KEYS).decode()
        return _UUID.sub(lambda match: self._key_of_id(match.group().lower()) or match.group(), text)

    def _cut_text(self, text: str, path: list[str | int]) -> Json:
        known = [] if len(text) < _UUID_LENGTH else self._known_ids(text)
        if not known:
            return self._without_dangling(text, path)
        if self._ids_in_text and self._names_unknown(text):
            self.dangling.append(Dangling(pointer_of(path), required=True))
        pointer = pointer_of(path)
        if known[0][0].group() == text:
            self.references.append(Reference(pointer, WHOLE, known[0][1]))
            return None
        holed, end = "", 0
        for match, key in known:
            holed += text[end : match.start()]
            self.references.append(Reference(pointer, len(holed), key))
            end = match.end()
        return holed + text[end:]

    def _known_ids(self, text: str) -> list[tuple[re.Match[str], Key]]:
        known: list[tuple[re.Match[str], Key]] = []
        start = 0
        while match := _UUID.search(text, start):
            key = self._key_of_id(match.group().lower())
            if key is not None:
                known.append((match, key))
            # What looks like an id may end in the beginning of one.
            start = match.start() + 1 if key is None else match.end()
        return known

    def _names_unknown(self, text: str) -> bool:
        """Whether one of the resources that a text names is not known."""
        return any(self._key_of_id(found[-_UUID_LENGTH:].lower()) is None for found in _RESOURCE_ID.findall(text))

    def _without_dangling(self, text: str, path: list[str | int]) -> Json:
        """A text without any known id: it stays, unless an id must stand here."""
        if path[-1] in self._last_steps:
            pointer = pointer_of(path)
            place = next((place for place in self._places if place.holds(pointer)), None)
            if place is not None:
                self.dangling.append(Dangling(pointer, place.required))
                return None
        if self._ids_in_text and self._names_unknown(text):
            self.dangling.append(Dangling(pointer_of(path), required=True))
        return text

    def _checked(self, name: str, path: list[str | int]) -> str:
        """An object's key cannot be a hole; one that holds an id is never copied."""
        if len(name) >= _UUID_LENGTH and self._known_ids(name):
            self.dangling.append(Dangling(pointer_of([*path, "…"]), required=True))
        return name


def _index(parent: Json, step: str) -> str | int:
    return int(step) if isinstance(parent, list) else step


def _filled(holed: Json, offset: int, destination_id: str) -> str:
    if offset == WHOLE:
        return destination_id
    return f"{holed[:offset]}{destination_id}{holed[offset:]}"
