"""Block types and schemas that no server brings along: nested three deep, in two versions, with secret fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from migrator.demo.workspace.sending import Request, create_each

#: Our own types. The last carries nothing but its name.
CUSTOM_TYPES: list[dict[str, Any]] = [
    {
        "name": "Warehouse Credentials",
        "slug": "warehouse-credentials",
        "logo_url": "https://example.com/logos/warehouse.svg",
        "documentation_url": "https://example.com/docs/warehouse-credentials",
        "description": "Who may read and write the warehouse.",
        "code_example": 'credentials = WarehouseCredentials.load("analytics")',
    },
    {
        "name": "Warehouse",
        "slug": "warehouse",
        "logo_url": "https://example.com/logos/warehouse.svg",
        "description": "Where the reports are read from, größtenteils.",
    },
    {"name": "Data Pipeline", "slug": "data-pipeline", "description": "A warehouse and how to load it."},
    {"name": "Legacy Process", "slug": "legacy-process"},
]

#: Two secrets: one text, and everything below a field.
CREDENTIALS_FIELDS: dict[str, Any] = {
    "title": "WarehouseCredentials",
    "type": "object",
    "properties": {
        "user": {"title": "User", "type": "string"},
        "password": {"title": "Password", "type": "string", "format": "password", "writeOnly": True},
        "extra_secrets": {"title": "Extra secrets", "type": "object"},
    },
    "required": ["user", "password"],
    "secret_fields": ["password", "extra_secrets.*"],
}

#: What ran flows in Prefect 2, and no longer comes with a server.
PROCESS_FIELDS: dict[str, Any] = {
    "title": "LegacyProcess",
    "type": "object",
    "properties": {
        "command": {"title": "Command", "type": "array", "items": {"type": "string"}},
        "env": {"title": "Environment", "type": "object", "additionalProperties": {"type": "string"}},
    },
    "secret_fields": [],
}

#: What the second version of a pipeline's schema has on top of the first.
BATCH_SIZE = {"batch_size": {"title": "Batch size", "type": "integer", "default": 500}}


@dataclass(frozen=True)
class Schema:
    """A block schema as the server knows it; `fields` hold the definitions of what is nested in it."""

    id: str
    type_id: str
    checksum: str
    fields: dict[str, Any]


async def add_block_types(send: Request) -> dict[str, Schema]:
    """Creates the types and their schemas; answers with the schemas by slug, an older one as `slug@version`."""
    answers = await create_each(send, "/block_types/", CUSTOM_TYPES)
    types = {custom["slug"]: answers[custom["name"]] for custom in CUSTOM_TYPES}
    add = partial(_add_schema, send, types)
    credentials = await add("warehouse-credentials", CREDENTIALS_FIELDS)
    warehouse = await add("warehouse", _warehouse_fields(credentials))
    return {
        "warehouse-credentials": credentials,
        "warehouse": warehouse,
        "data-pipeline@1.0": await add("data-pipeline", _pipeline_fields(warehouse, {}), version="1.0"),
        "data-pipeline": await add("data-pipeline", _pipeline_fields(warehouse, BATCH_SIZE), version="2.0"),
        "legacy-process": await add("legacy-process", PROCESS_FIELDS, capabilities=["run-infrastructure"]),
    }


async def _add_schema(
    send: Request,
    types: dict[str, str],
    slug: str,
    fields: dict[str, Any],
    *,
    capabilities: Sequence[str] = (),
    version: str = "1.0",
) -> Schema:
    body = {
        "block_type_id": types[slug],
        "fields": {"block_schema_references": {}, **fields, "block_type_slug": slug},
        "capabilities": list(capabilities),
        "version": version,
    }
    answer = await send("POST", "/block_schemas/", body)
    return Schema(answer["id"], types[slug], answer["checksum"], answer["fields"])


def _warehouse_fields(credentials: Schema) -> dict[str, Any]:
    fields = _fields_with("Warehouse", "credentials", credentials)
    fields["properties"]["host"] = {"title": "Host", "type": "string"}
    return {**fields, "secret_fields": ["credentials.password", "credentials.extra_secrets.*"]}


def _pipeline_fields(warehouse: Schema, properties: dict[str, Any]) -> dict[str, Any]:
    fields = _fields_with("DataPipeline", "warehouse", warehouse)
    fields["properties"].update(properties)
    return {**fields, "secret_fields": ["warehouse.credentials.password", "warehouse.credentials.extra_secrets.*"]}


def _fields_with(title: str, name: str, nested: Schema) -> dict[str, Any]:
    """The fields of a schema whose field `name` is a block of the nested schema."""
    definitions = nested.fields.get("definitions", {})
    own = {key: value for key, value in nested.fields.items() if key != "definitions"}
    nested_title = own["title"]
    return {
        "title": title,
        "type": "object",
        "properties": {name: {"$ref": f"#/definitions/{nested_title}"}},
        "required": [name],
        "block_schema_references": {
            name: {"block_schema_checksum": nested.checksum, "block_type_slug": own["block_type_slug"]}
        },
        "definitions": {**definitions, nested_title: own},
    }
