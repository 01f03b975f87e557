"""Block documents: secrets and configuration, which may hold one another.

A document that holds another is read back with the other's content in place of the reference; where each was
is said in `block_document_references` (`prefect.server.models.block_documents`), and put back from there.
"""

import hashlib
from collections.abc import Iterable

import orjson

from migrator.kinds.kind import (
    BY_CONTENT,
    Change,
    Identity,
    Kind,
    Listing,
    Names,
    Request,
    Surroundings,
    any_of,
    by_id,
    only,
)
from migrator.kinds.references import Place
from migrator.kinds.schema import dispensable
from migrator.model.canonical import Body, Json

_NONE = Surroundings()


def _names(row: Body) -> Names:
    return row["block_type"]["slug"], BY_CONTENT if row["is_anonymous"] else row["name"]


def _shape(row: Body, _: Surroundings) -> Body:
    held = {
        name: {"$ref": {"block_document_id": reference["block_document"]["id"]}}
        for name, reference in row.get("block_document_references", {}).items()
    }
    names = () if row["is_anonymous"] else ("name",)
    body = only(row, *names, "block_schema_id", "block_type_id", "is_anonymous")
    return {**body, "data": {**row["data"], **held}}


def _disclosed(row: Body, body: Body) -> Body:
    """Without the fields that the schema declares secret, in dots and stars: `auth.password`, `extra.*`."""
    data = {**body["data"]}
    for secret in row["block_schema"]["fields"].get("secret_fields", ()):
        name, _, rest = secret.partition(".")
        data[name] = _pruned(data.get(name), rest.split(".") if rest else [])
    return {**body, "data": data}


def _pruned(value: Json, path: list[str]) -> Json:
    """A value without what a path leads to; lists and maps of models are not spelled in the path."""
    if not path or path[0] == "*":
        return None
    if isinstance(value, list):
        return [_pruned(item, path) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _pruned(item, path[1:] if name == path[0] else path) for name, item in value.items()}


def _change(change: Change) -> tuple[Request, ...]:
    """All of the data, also what stays: the server takes what a PATCH leaves out of its references for removed."""
    data = change.changed if "data" in change.fields else {**change.changed, "data": _shape(change.row, _NONE)["data"]}
    return (Request("PATCH", change.path, {**data, "merge_existing_data": False}),)


def _find(bodies: Iterable[Body]) -> list[Request]:
    named, anonymous = _parted(bodies)
    requests = []
    if named:
        requests.append(_filter(named, name=any_of(body["name"] for body in named)))
    if anonymous:
        requests.append(_filter(anonymous, is_anonymous={"eq_": True}))
    return requests


def _parted(bodies: Iterable[Body]) -> tuple[list[Body], list[Body]]:
    sides: tuple[list[Body], list[Body]] = ([], [])
    for body in bodies:
        sides[body["is_anonymous"]].append(body)
    return sides


def _filter(bodies: list[Body], **documents: Json) -> Request:
    types = any_of(sorted({str(body["block_type_id"]) for body in bodies}))
    filters = {"include_secrets": True, "block_documents": {**documents, "block_type_id": types}}
    return Request("POST", "/block_documents/filter", filters)


def _identities(body: Body) -> tuple[Identity, ...]:
    """Of a document that has no name: all that it holds."""
    return ((body["block_type_id"], _content(body) if body["is_anonymous"] else body["name"]),)


def _content(body: Body) -> str:
    return orjson.dumps(_shape(body, _NONE)["data"], option=orjson.OPT_SORT_KEYS).decode()


def _turn(body: Body) -> tuple[str, int] | None:
    """Documents without a name that hold the same are written one after another, so that each finds its own."""
    if not body["is_anonymous"]:
        return None
    return hashlib.blake2b(_content(body).encode(), digest_size=16).hexdigest(), 0


BLOCK_DOCUMENT = Kind(
    name="block-document",
    # The list and the count leave out anonymous documents unless the filter says otherwise.
    listing=Listing(
        "/block_documents/filter",
        {"include_secrets": True, "block_documents": {"is_anonymous": None}},
        count="/block_documents/count",
    ),
    names=_names,
    shape=_shape,
    disclosed=_disclosed,
    dispensable=lambda row, pointer: dispensable(row["block_schema"]["fields"], row["data"], pointer),
    places=(Place("/block_type_id"), Place("/block_schema_id")),
    settable=("data", "block_schema_id"),
    at=by_id("/block_documents"),
    read=lambda path: Request("GET", f"{path}?include_secrets=true"),
    change=_change,
    create=lambda body: Request("POST", "/block_documents/", body),
    find=_find,
    identities=_identities,
    unique=lambda body: not body["is_anonymous"],
    turn=_turn,
)
