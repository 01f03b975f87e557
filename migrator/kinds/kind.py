"""What there is to say about a kind of resource. A new kind is one more table, and no change elsewhere."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import quote

from migrator.kinds.references import Place
from migrator.model.canonical import Body, Json
from migrator.model.keys import Key


@dataclass(frozen=True, slots=True)
class IdOf:
    """Stands in a natural key for the names of the resource that has this id."""

    id: str


class ByContent(Enum):
    """Stands in a natural key for a name that is made from the content."""

    BY_CONTENT = auto()


BY_CONTENT = ByContent.BY_CONTENT

Names = tuple[str | IdOf | ByContent, ...]
"""A natural key, outermost name first."""


Identity = tuple[str, ...]
"""What tells one resource of a kind from another, on one side."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a workspace; the path is below the API's URL."""

    method: str
    path: str
    body: Json = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a kind is listed, in pages.

    Attributes:
        path: The endpoint of the list.
        filters: What the body of the request says besides `limit` and `offset`.
        count: The endpoint that counts what `filters` match, for kinds that have one.
        single: The endpoint answers GET with one object instead of pages.
    """

    path: str
    filters: Mapping[str, Json] = field(default_factory=dict)
    count: str | None = None
    single: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of one that is there.

    Attributes:
        path: Where it is found.
        row: How it is listed now.
        body: The content to which it is brought, as it would be created.
        fields: The fields of the content that are to change; the others stay as they are.
    """

    path: str
    row: Body
    body: Body
    fields: tuple[str, ...]

    @property
    def changed(self) -> Body:
        """The new content of the fields that change; one that the content leaves out is null."""
        return {field: self.body.get(field) for field in self.fields}


def patched(change: Change) -> tuple[Request, ...]:
    """One PATCH with the fields that change."""
    return (Request("PATCH", change.path, change.changed),) if change.fields else ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a row says of others, for rows whose reading depends on it.

    Attributes:
        default_queues: Pool and name of the queues that are their pool's default. A name is what every server
            shows of a deployment's queue; servers of 3.4 do not show its id there.
    """

    default_queues: Collection[tuple[str, str]] = frozenset()


def _no_keys(_: Body) -> tuple[Key, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of resource.

    Attributes:
        name: What keys of it begin with.
        listing: Where it is listed.
        also_listed: Another list, with rows that the first leaves out.
        optional: Whether there are servers that do not have the kind at all, and no such list.
        names: The natural key of a row.
        shape: The content of a row in the form in which it would be created: server-owned fields are gone.
        carried: Whether a row is a resource of its own; some are a part of another one.
        disclosed: A content without what is secret in it, for a name that is made from the content.
        dispensable: The smallest part of a row that holds a masked place and that it can do without, as a JSON
            pointer; empty where there is none.
        namesakes: Whether several may have one natural key.
        only_used: Resources of this kind go along only when another one refers to them.
        compared: Whether content is compared; else the key says it all.
        places: Where an id must stand.
        sets: Where the order of a list says nothing, as the server gives it in any.
        ids_in_text: Whether text such as `prefect.deployment.<id>` must hold a known id.
        announces: Of which pool another id is the default queue.
        needs: What a content needs that it names instead of holding its id.
        turn: Resources of one group are written one after another, by rank.
        positioned_by: The field that says at which position it is.
        position: The group and the position in it that one takes; no new one takes it from one that is there.
        live: The field that says whether it acts by itself, and the value with which it does.
        enabled_last: It is created so that it does not act, and let go when everything else has arrived.
        bare: What is created of one that is part of a cycle, before all that it refers to; None where that cannot be.
        create: The request that creates it.
        at: Where one is found, given its id and its name.
        found_by_name: Whether the name is what finds it.
        since: By field that no document of the API tells of, the oldest version that is known to keep it.
        completes: Whether the create leaves something to a second write.
        complete: The requests that complete one, given its id and, after an attempt that may have done so, its row.
        read: The request for the row of one, given where it is.
        settable: The fields of the content that can change afterwards.
        change: The requests that change fields of one.
        switch: The request that lets one act by itself, or keeps it from it, given its id.
        under_way: The request for how many runs of one have not ended, given its id; None for kinds that run nothing.
        remove: The requests that remove one, given where it is and its row; None where one DELETE does.
        find: Requests whose rows hold those of the contents that are there already.
        look_ahead: Requests whose rows hold those of some names that are there already, for kinds that are looked for
            before they are written: a name is known before what the content refers to, so one look serves many.
        identities: What a content and the row of what is there already have in common, most telling first.
        unique: Whether the server refuses a second one with the identity of a content.
        owned: The field that names an owner, and the request for an owner's rows, in place of a natural key.
        cloud_only: Why only Prefect Cloud can have one; empty where any server can.
        remarks: What a reader should know about a row.
        overwrites: Creating it again would change or replace it, so one looks before one writes.
        returns_existing: Creating it again returns the existing one with status 200.
        comes_along: Whether it comes into being with another resource, so that it is adjusted instead of created.
        appended: The content with which it joins others whose position it would take, without displacing them.
    """

    name: str
    listing: Listing
    also_listed: Listing | None = None
    optional: bool = False
    names: Callable[[Body], Names]
    shape: Callable[[Body, Surroundings], Body]
    create: Callable[[Body], Request]
    at: Callable[[str, str], str]
    found_by_name: bool = False
    carried: Callable[[Body], bool] = lambda _: True
    disclosed: Callable[[Body, Body], Body] = lambda _row, body: body
    dispensable: Callable[[Body, str], str] = lambda _row, _pointer: ""
    namesakes: bool = False
    only_used: bool = False
    compared: bool = True
    places: tuple[Place, ...] = ()
    sets: tuple[Place, ...] = ()
    ids_in_text: bool = False
    announces: Callable[[Body], Mapping[str, str]] | None = None
    needs: Callable[[Body], tuple[Key, ...]] = _no_keys
    turn: Callable[[Body], tuple[str, int] | None] = lambda _: None
    positioned_by: str = ""
    position: Callable[[Body], tuple[str, int] | None] = lambda _: None
    live: tuple[str, bool] | None = None
    enabled_last: bool = False
    bare: Callable[[Body], Body] | None = None
    since: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    completes: Callable[[Body], bool] = lambda _: False
    complete: Callable[[str, Body, Body | None], tuple[Request, ...]] = lambda _id, _body, _row: ()
    read: Callable[[str], Request] = lambda path: Request("GET", path)
    settable: tuple[str, ...] = ()
    change: Callable[[Change], tuple[Request, ...]] = patched
    switch: Callable[[str, bool], Request] | None = None
    under_way: Callable[[str], Request] | None = None
    remove: Callable[[str, Body], tuple[Request, ...]] | None = None
    find: Callable[[Sequence[Body]], Iterable[Request]] = lambda _: ()
    look_ahead: Callable[[Collection[tuple[str, ...]]], Iterable[Request]] | None = None
    identities: Callable[[Body], tuple[Identity, ...]] = lambda _: ()
    unique: Callable[[Body], bool] = lambda _: True
    owned: tuple[str, Callable[[str], Request]] | None = None
    cloud_only: Callable[[Body], str] = lambda _: ""
    remarks: Callable[[Body], tuple[str, ...]] = lambda _: ()
    overwrites: bool = False
    returns_existing: bool = False
    comes_along: Callable[[Body], bool] = lambda _: False
    appended: Callable[[Body], Body] | None = None

    def is_live(self, body: Body) -> bool | None:
        """Whether a content acts by itself; None for kinds that never do."""
        if self.live is None:
            return None
        name, value = self.live
        return bool(body.get(name)) is value

    def hold(self, body: Body) -> Body:
        """The content with which it does not act by itself."""
        return self._acting(body, live=False)

    def act(self, body: Body) -> Body:
        """The content with which it acts by itself."""
        return self._acting(body, live=True)

    def _acting(self, body: Body, *, live: bool) -> Body:
        if self.live is None:
            return body
        name, value = self.live
        return {**body, name: value is live}


def by_id(path: str) -> Callable[[str, str], str]:
    """Where one is found whose id ends the path."""
    return lambda own_id, _name: f"{path}/{own_id}"


def named_by(*fields: str) -> Callable[[Body], Identity]:
    """The natural key that some fields of a row make."""
    return lambda row: tuple(str(row[name]) for name in fields)


def told_by(*fields: str) -> Callable[[Body], tuple[Identity, ...]]:
    """The one identity that some fields of a content make."""
    return lambda body: (tuple(str(body[name]) for name in fields),)


def only(row: Body, *fields: str, **absent: Json) -> Body:
    """The fields of a row that are its content; what else it holds is the server's.

    Args:
        row: The row.
        fields: Fields that every server shows, or none does.
        absent: Fields that older servers do not show, each with what a current one shows where it was not set.
    """
    return {name: row[name] for name in fields if name in row} | {
        name: row.get(name, value) for name, value in absent.items()
    }


def without(body: Body, *fields: str) -> Body:
    """A content without some fields."""
    return {name: value for name, value in body.items() if name not in fields}


def segment(name: Json) -> str:
    """A name as a segment of a URL's path (RFC 3986, 3.3)."""
    return quote(str(name), safe="")


def any_of(values: Iterable[Json]) -> Json:
    """Prefect's filter for any of some values."""
    return {"any_": list(values)}
