"""How each kind is created: the request, held against the models with which a Prefect server reads it."""

import pytest
from prefect.blocks.core import Block
from prefect.server.events.schemas.automations import (
    AutomationCreate,
    AutomationUpdate,
)
from prefect.server.schemas import actions
from prefect.server.schemas.core import ServerDefaultResultStorage
from pydantic import BaseModel, SecretStr

from migrator.kinds import KINDS
from migrator.kinds.kind import Kind, Request, without
from migrator.model.canonical import Body
from tests.unit import rows
from tests.unit.kinds.payloads import bare, payload, the_kind
from tests.unit.kinds.reading_back import as_read
from tests.unit.rows import ROWS

CREATED_AT = {
    "variable": ("POST", "/variables/"),
    "concurrency-limit": ("POST", "/v2/concurrency_limits/"),
    "tag-limit": ("POST", "/concurrency_limits/"),
    "block-type": ("POST", "/block_types/"),
    "block-schema": ("POST", "/block_schemas/"),
    "block-document": ("POST", "/block_documents/"),
    "result-storage": ("PUT", "/admin/storage"),
    "work-pool": ("POST", "/work_pools/"),
    "work-queue": ("POST", "/work_pools/kubernetes/queues"),
    "flow": ("POST", "/flows/"),
    "deployment": ("POST", "/deployments/"),
    "saved-search": ("PUT", "/saved_searches/"),
    "automation": ("POST", "/automations/"),
}
READ_AS: dict[str, type[BaseModel]] = {
    "variable": actions.VariableCreate,
    "concurrency-limit": actions.ConcurrencyLimitV2Create,
    "tag-limit": actions.ConcurrencyLimitCreate,
    "block-type": actions.BlockTypeCreate,
    "block-schema": actions.BlockSchemaCreate,
    "block-document": actions.BlockDocumentCreate,
    "result-storage": ServerDefaultResultStorage,
    "work-pool": actions.WorkPoolCreate,
    "work-queue": actions.WorkQueueCreate,
    "flow": actions.FlowCreate,
    "deployment": actions.DeploymentCreate,
    "saved-search": actions.SavedSearchCreate,
    "automation": AutomationCreate,
}
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@each_kind
def test_a_kind_is_created_at_its_endpoint(kind: Kind) -> None:
    """Facts, section 3."""
    request = kind.create(payload(kind, ROWS[kind.name]))

    assert (request.method, request.path) == CREATED_AT[kind.name]


@each_kind
def test_what_is_created_arrives_as_it_was(kind: Kind) -> None:
    """The server's model refuses what it does not know, and reads every value as the source showed it."""
    body = kind.create(payload(kind, ROWS[kind.name])).body

    assert as_read(READ_AS[kind.name], body) == body


@each_kind
def test_all_content_is_in_the_create_or_completed(kind: Kind) -> None:
    """Invariant 1, within a resource: no field of the content is forgotten on the way."""
    content = payload(kind, ROWS[kind.name])
    left_out = content.keys() - kind.create(content).body.keys()

    # The checksum is computed, a queue's pool stands in the path, and a schema is enforced without being said.
    not_said = {
        "block-schema": {"checksum"},
        "work-queue": {"work_pool_name", "is_default"},
        "deployment": {"enforce_parameter_schema"},
    }
    assert left_out == not_said.get(kind.name, set())


class Options(BaseModel):
    """A model that is no block."""

    region: str = "eu"


class Credentials(Block):
    """A block that another one holds."""

    password: SecretStr
    options: Options = Options()


class Warehouse(Block):
    """A block that holds another one."""

    credentials: Credentials
    options: Options = Options()


@pytest.mark.parametrize(
    "registered",
    [
        without(Warehouse.model_json_schema(), "block_schema_references"),
        {"properties": {"secret_fields": {"type": "string"}, "host": {"type": "string"}}, "secret_fields": ["host"]},
        {"type": "object", "properties": {"host": {"type": "string"}}},
        {"title": "Größe", "properties": {"host": {"type": "string"}}, "secret_fields": ["host"]},
        {"title": "Warehouse", "block_type_slug": "warehouse", "block_schema_references": {}},
    ],
    ids=["nested", "secret-below", "bare", "with-secrets", "by-prefects-client"],
)
def test_a_block_schema_keeps_its_checksum_however_it_was_registered(registered: Body) -> None:
    """A server shows references to other schemas, of which there are none, also where nobody has said so."""
    checksum = Block._calculate_schema_checksum(registered)  # noqa: SLF001 - with which a server names it
    shown = {**rows.BLOCK_SCHEMA, "checksum": checksum, "fields": {**registered, "block_schema_references": {}}}
    kind = the_kind("block-schema")

    assert kind.create(payload(kind, shown)).body["fields"] == registered


def test_an_anonymous_document_is_created_without_a_name() -> None:
    """The server makes one up, as it did at the source."""
    kind = the_kind("block-document")
    body = kind.create(payload(kind, {**rows.BLOCK_DOCUMENT, "is_anonymous": True})).body

    assert "name" not in body
    assert as_read(actions.BlockDocumentCreate, body) == body


def test_a_bare_automation_is_accepted() -> None:
    """An automation that points at itself is created with a trigger that never fires, and its owner's name."""
    kind = the_kind("automation")
    body = kind.create({**bare(payload(kind, rows.AUTOMATION)), "owner_resource": "migrator.run.7"}).body

    assert AutomationCreate.model_validate(body).owner_resource == "migrator.run.7"


def test_an_automation_is_completed_with_all_of_itself() -> None:
    """PUT replaces, and knows no owner."""
    kind = the_kind("automation")
    content = payload(kind, rows.AUTOMATION)
    (request,) = kind.complete("its-id", content, None)

    assert (request.method, request.path) == ("PUT", "/automations/its-id")
    assert as_read(AutomationUpdate, request.body) == content


@pytest.mark.parametrize(
    ("kind", "live", "method", "path", "body"),
    [
        ("automation", True, "PATCH", "/automations/its-id", {"enabled": True}),
        ("automation", False, "PATCH", "/automations/its-id", {"enabled": False}),
        ("deployment", True, "POST", "/deployments/its-id/resume_deployment", None),
        ("deployment", False, "POST", "/deployments/its-id/pause_deployment", None),
    ],
)
def test_a_switch_touches_nothing_but_whether_it_acts(
    kind: str,
    live: bool,  # noqa: FBT001 - what a switch is about
    method: str,
    path: str,
    body: Body | None,
) -> None:
    """Invariant 6: nothing but the field that holds it is touched."""
    switch = the_kind(kind).switch

    assert switch is not None
    assert switch("its-id", live) == Request(method, path, body)
