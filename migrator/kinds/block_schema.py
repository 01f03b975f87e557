"""Block schemas. Slug and checksum name one, any version of it satisfies, and only those in use go along.

The server computes the checksum from the fields, and answers the creation of a schema that it has with the one
it has (`prefect.server.api.block_schemas`).
"""

import hashlib
import json

from migrator.kinds.kind import Kind, Listing, Request, Surroundings, by_id, only, told_by, without
from migrator.kinds.references import Place
from migrator.model.canonical import Body, Json
from migrator.model.keys import Key, key_of

_REFERENCES = "block_schema_references"


def _names(row: Body) -> tuple[str, str]:
    return row["block_type"]["slug"], row["checksum"]


def _shape(row: Body, _: Surroundings) -> Body:
    return only(row, "fields", "block_type_id", "capabilities", "version", "checksum")


def _nested(body: Body) -> tuple[Key, ...]:
    """The schemas of the blocks that a block of this one holds."""
    references = body["fields"].get(_REFERENCES, {}).values()
    # A field refers to one schema, or to any of several.
    each = [one for r in references for one in (r if isinstance(r, list) else [r])]
    return tuple(key_of("block-schema", one["block_type_slug"], one["block_schema_checksum"]) for one in each)


def _create(body: Body) -> Request:
    return Request("POST", "/block_schemas/", without(body, "checksum") | {"fields": _as_registered(body)})


def _as_registered(body: Body) -> Body:
    """The fields of which the checksum is.

    A server shows `block_schema_references` also where none were registered, as by who does without Prefect's client.
    """
    fields: Body = body["fields"]
    registered = without(fields, _REFERENCES)
    return registered if not fields.get(_REFERENCES) and _checksum(registered) == body["checksum"] else fields


def _checksum(fields: Body) -> str:
    """As `prefect.blocks.core` has it: without what names secrets, at any depth, and definitions of other blocks."""
    public: Body = _public(fields)
    definitions = {
        name: one for name, one in (public.get("definitions") or {}).items() if one.get("block_type_slug") is None
    }
    told = without(public, "definitions") | ({"definitions": definitions} if definitions else {})
    hashed = json.dumps([[told], {}], sort_keys=True)
    return f"sha256:{hashlib.sha256(hashed.encode()).hexdigest()}"


def _public(fields: Json) -> Json:
    """Of an object, all but the names of its secret fields; what stands in lists stays as it is."""
    if not isinstance(fields, dict):
        return fields
    return {name: _public(value) for name, value in fields.items() if name != "secret_fields"}


BLOCK_SCHEMA = Kind(
    name="block-schema",
    listing=Listing("/block_schemas/filter"),
    names=_names,
    shape=_shape,
    only_used=True,
    compared=False,
    places=(Place("/block_type_id"),),
    needs=_nested,
    at=by_id("/block_schemas"),
    create=_create,
    find=lambda bodies: [Request("GET", f"/block_schemas/checksum/{body['checksum']}") for body in bodies],
    identities=told_by("checksum"),
    returns_existing=True,
)
