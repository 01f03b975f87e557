"""Block documents: secrets, blocks nested three deep, anonymous ones, and the server's default result storage."""

from typing import Any

from migrator.demo.workspace.block_types import Schema, add_block_types
from migrator.demo.workspace.ids import Ids
from migrator.demo.workspace.sending import Request

#: Types that come with the server and of which the workspace has documents.
BUILT_IN = ("secret", "local-file-system", "slack-webhook", "webhook", "aws-credentials", "s3-bucket")

#: Documents by type and name. A text value that starts with `block:` names the document that is nested there;
#: a name that starts with `anonymous:` is known only here. What is nested stands before what it is nested in.
DOCUMENTS: dict[str, dict[str, Any]] = {
    "secret/git-token": {"value": "ghp_demo0123456789"},
    "secret/api-keys": {"value": {"crm": ["key-a", "key-b"], "mail": None, "pin": 1234}},
    "local-file-system/results": {"basepath": "~/results"},
    "local-file-system/pool-results": {"basepath": "/srv/pool-results"},
    "local-file-system/anonymous:storage": {"basepath": "/srv/flows"},
    # Two that have nothing to tell them apart.
    "local-file-system/anonymous:scratch": {"basepath": "/srv/scratch"},
    "local-file-system/anonymous:more scratch": {"basepath": "/srv/scratch"},
    "legacy-process/anonymous:infrastructure": {"command": ["python", "-m", "flow"], "env": {"STAGE": "live"}},
    "slack-webhook/data-alerts": {"notify_type": "info", "url": "https://hooks.example.com/services/T0/B0/secret"},
    "webhook/incident-desk": {
        "method": "POST",
        "url": "https://incidents.example.com/hook/secret",
        "headers": {"Authorization": "Bearer demo"},
    },
    "aws-credentials/data-lake": {
        "aws_access_key_id": "AKIADEMO",
        "aws_secret_access_key": "demo/secret+key=",
        "region_name": "eu-west-1",
    },
    "warehouse-credentials/analytics": {
        "user": "reporting",
        "password": "cörrect horse/battery+staple=",
        "extra_secrets": {"pin": "0000", "recovery": "purple"},
    },
    "s3-bucket/raw": {"bucket_name": "acme-raw", "credentials": "block:aws-credentials/data-lake"},
    "s3-bucket/anonymous:exports": {"bucket_name": "acme-exports", "credentials": "block:aws-credentials/data-lake"},
    "warehouse/analytics": {"host": "dwh.example.com", "credentials": "block:warehouse-credentials/analytics"},
    # A block written out in place rather than referred to.
    "warehouse/inline": {
        "host": "dwh2.example.com",
        "credentials": {"user": "inline", "password": "inline-secret"},
    },
    "data-pipeline/nightly": {"warehouse": "block:warehouse/analytics", "batch_size": 1000},
    "data-pipeline@1.0/archive": {"warehouse": "block:warehouse/analytics"},
}


async def add_blocks(send: Request) -> dict[str, str]:
    """Creates block types, schemas and documents; answers with the documents' ids, by `type-slug/name`."""
    schemas = await add_block_types(send)
    for slug in BUILT_IN:
        schemas[slug] = await _built_in_schema(send, slug)
    ids: dict[str, str] = {}
    for key, data in DOCUMENTS.items():
        answer = await send("POST", "/block_documents/", _document(schemas, ids, key, data))
        ids[key] = answer["id"]
    return ids


async def set_default_result_storage(send: Request, ids: Ids) -> None:
    """Makes a local directory the place where the server's flows keep their results."""
    storage = {"default_result_storage_block_id": ids.blocks["local-file-system/results"]}
    await send("PUT", "/admin/storage", storage)


async def _built_in_schema(send: Request, slug: str) -> Schema:
    block_type = await send("GET", f"/block_types/slug/{slug}", None)
    of_type = {"block_schemas": {"block_type_id": {"any_": [block_type["id"]]}}, "limit": 1}
    newest, *_ = await send("POST", "/block_schemas/filter", of_type)
    return Schema(newest["id"], block_type["id"], newest["checksum"], newest["fields"])


def _document(schemas: dict[str, Schema], ids: dict[str, str], key: str, data: dict[str, Any]) -> dict[str, Any]:
    slug, name = key.split("/")
    schema = schemas[slug]
    anonymous = name.startswith("anonymous:")
    return {
        "name": None if anonymous else name,
        "is_anonymous": anonymous,
        "block_type_id": schema.type_id,
        "block_schema_id": schema.id,
        "data": {field: _nested(ids, value) for field, value in data.items()},
    }


def _nested(ids: dict[str, str], value: Any) -> Any:
    if isinstance(value, str) and value.startswith("block:"):
        return reference(ids[value.removeprefix("block:")])
    return value


def reference(block_id: str) -> dict[str, Any]:
    """How a block document is referred to, in another block, a default of a pool, or a parameter."""
    return {"$ref": {"block_document_id": block_id}}
