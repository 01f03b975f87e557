"""How what is there is found, read, changed and removed: requests, held against the models that a server reads."""

import itertools
from typing import Any

import pytest
from prefect.server.events.schemas.automations import AutomationUpdate
from prefect.server.schemas import actions
from prefect.server.schemas.core import ServerDefaultResultStorageUpdate
from pydantic import BaseModel

from migrator.kinds import KINDS
from migrator.kinds.kind import Change, Kind, Request
from migrator.model.canonical import Body
from tests.unit import rows
from tests.unit.kinds.payloads import payload, the_kind
from tests.unit.kinds.reading_back import as_read
from tests.unit.rows import ROWS, SURROUNDINGS, an_id

ID = an_id(0x9000)
FOUND_AT = {
    "variable": f"/variables/{ID}",
    "concurrency-limit": f"/v2/concurrency_limits/{ID}",
    "tag-limit": f"/concurrency_limits/{ID}",
    "block-type": f"/block_types/{ID}",
    "block-schema": f"/block_schemas/{ID}",
    "block-document": f"/block_documents/{ID}",
    "result-storage": "/admin/storage",
    "work-pool": "/work_pools/kubernetes",
    "work-queue": f"/work_queues/{ID}",
    "flow": f"/flows/{ID}",
    "deployment": f"/deployments/{ID}",
    "saved-search": f"/saved_searches/{ID}",
    "automation": f"/automations/{ID}",
}
#: Kinds whose requests say no more than what changes, and with which model they are read.
PATCHED: dict[str, type[BaseModel]] = {
    "variable": actions.VariableUpdate,
    "concurrency-limit": actions.ConcurrencyLimitV2Update,
    "work-pool": actions.WorkPoolUpdate,
    "work-queue": actions.WorkQueueUpdate,
    "flow": actions.FlowUpdate,
    "deployment": actions.DeploymentUpdate,
}
#: Kinds whose requests replace, so that they say everything: how, where, read as what.
REPLACED: dict[str, tuple[str, str, type[BaseModel]]] = {
    "tag-limit": ("POST", "/concurrency_limits/", actions.ConcurrencyLimitCreate),
    "result-storage": ("PUT", "/admin/storage", ServerDefaultResultStorageUpdate),
    "saved-search": ("PUT", "/saved_searches/", actions.SavedSearchCreate),
    "automation": ("PUT", f"/automations/{ID}", AutomationUpdate),
}
#: Other values than those of the rows; limits and schedules of deployments have laws of their own.
OTHER: dict[str, Body] = {
    "variable": {"value": None, "tags": []},
    "concurrency-limit": {"limit": 6, "active": False, "slot_decay_per_second": 0.0},
    "tag-limit": {"concurrency_limit": 5},
    "block-document": {"data": {"user": "else"}, "block_schema_id": an_id(0x9001)},
    "result-storage": {"default_result_storage_block_id": an_id(0x9002)},
    "work-pool": {
        "description": None,
        "base_job_template": {},
        "is_paused": True,
        "concurrency_limit": None,
        "storage_configuration": {"default_result_storage_block_id": None},
    },
    "work-queue": {"name": "else", "description": None, "is_paused": True, "concurrency_limit": None, "priority": 7},
    "flow": {"tags": []},
    "deployment": {
        "paused": True,
        "concurrency_options": None,
        "enforce_parameter_schema": False,
        "parameter_openapi_schema": {"type": "object", "properties": {}},
        "parameters": {},
        "tags": [],
        "pull_steps": None,
        "work_pool_name": "else",
        "work_queue_name": None,
        "storage_document_id": None,
        "infrastructure_document_id": an_id(0x9003),
        "description": "else",
        "path": "/else",
        "version": "2",
        "entrypoint": None,
        "job_variables": {},
    },
    "saved-search": {"filters": []},
    "automation": {
        "description": "else",
        "enabled": False,
        "tags": [],
        "trigger": {"type": "event", "posture": "Reactive", "expect": ["x"], "threshold": 2, "within": 0},
        "actions": [{"type": "do-nothing"}],
        "actions_on_trigger": [{"type": "do-nothing"}],
        "actions_on_resolve": [],
    },
}
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
each_patched = pytest.mark.parametrize("name", sorted(PATCHED))
each_replaced = pytest.mark.parametrize("name", sorted(REPLACED))


@each_kind
def test_what_can_change_is_content(kind: Kind) -> None:
    """A field that is not carried could never differ; a row shows one of a deployment's two limits, as it is usual."""
    carried = kind.shape(ROWS[kind.name], SURROUNDINGS).keys()
    elsewhere = {"deployment": {"concurrency_limit", "tuned_limit"}}

    assert set(kind.settable) - carried == elsewhere.get(kind.name, set())
    assert len(kind.settable) == len(set(kind.settable))


def test_other_values_are_known_for_all_that_can_change() -> None:
    """Of these tests."""
    elsewhere = {"concurrency_limit", "global_concurrency_limit_id", "tuned_limit", "schedules"}
    can_change = {kind.name: set(kind.settable) - elsewhere for kind in KINDS if kind.settable}
    can_change |= {name: set(the_kind(name).settable) for name in ("tag-limit", "work-pool", "work-queue")}

    assert {name: set(values) for name, values in OTHER.items()} == can_change


@each_kind
def test_one_that_is_there_is_found_and_read(kind: Kind) -> None:
    """Facts, section 3: by its id, or by its name where the API knows no id."""
    path = place(kind)

    assert path == FOUND_AT[kind.name]
    assert kind.read(path).method == "GET"
    assert kind.read(path).path.partition("?")[0] == path


def test_secrets_are_read() -> None:
    """What an update replaces is put away as it was, not as a mask."""
    assert the_kind("block-document").read("/block_documents/x").path == "/block_documents/x?include_secrets=true"


@each_patched
def test_a_change_says_no_more_than_what_changes(name: str) -> None:
    """Invariant 6: field by field and in pairs; what is not named stays as it is at the destination."""
    route = {"work_pool_name", "work_queue_name"}
    for fields in itertools.chain(itertools.combinations(OTHER[name], 1), itertools.combinations(OTHER[name], 2)):
        [request] = change(name, fields)
        assert request.body.keys() == set(fields) | (route if name == "deployment" and route & set(fields) else set())
        assert {field: request.body[field] for field in fields} == {field: OTHER[name][field] for field in fields}
        assert as_read(PATCHED[name], request.body) == request.body


def test_job_variables_are_emptied_and_not_forgotten() -> None:
    """The server takes null for "as they are"."""
    row = there("deployment")
    wanted = {**the_kind("deployment").shape(row, SURROUNDINGS), "job_variables": None}
    [request] = the_kind("deployment").change(Change("/deployments/x", row, wanted, ("job_variables",)))

    assert request.body == {"job_variables": {}}


@pytest.mark.parametrize("name", sorted({*PATCHED, "block-document"}))
def test_a_change_is_sent_to_where_the_resource_is(name: str) -> None:
    """All at once, and to nowhere else."""
    assert [(one.method, one.path) for one in change(name, tuple(OTHER[name]))] == [("PATCH", FOUND_AT[name])]


@each_replaced
def test_what_is_replaced_is_sent_whole(name: str) -> None:
    """Invariant 6: what a PUT leaves out would be lost; what does not change is said as it is."""
    method, path, model = REPLACED[name]
    kind, now = the_kind(name), there(name)
    for field in OTHER[name]:
        [request] = change(name, (field,))
        content = kind.shape(now, SURROUNDINGS)
        assert (request.method, request.path) == (method, path)
        assert request.body == {**content, field: OTHER[name][field]}
        assert as_read(model, request.body) == request.body


@pytest.mark.parametrize("fields", [("data",), ("block_schema_id",), ("data", "block_schema_id")])
def test_a_document_is_always_sent_with_all_of_its_data(fields: tuple[str, ...]) -> None:
    """The server takes references that are not sent for removed, and would mix old data with new."""
    held = {"inner": {"block_document": {"id": an_id(0x9004)}}}
    row = {**there("block-document"), "block_document_references": held}
    [request] = change("block-document", fields, row)
    kept = {**row["data"], "inner": {"$ref": {"block_document_id": an_id(0x9004)}}}

    assert request.body["merge_existing_data"] is False
    assert request.body["data"] == (OTHER["block-document"]["data"] if "data" in fields else kept)
    assert request.body.keys() - {"merge_existing_data", "data"} == set(fields) - {"data"}
    assert as_read(actions.BlockDocumentUpdate, request.body) == request.body


@each_kind
def test_what_stays_the_same_takes_no_patch(kind: Kind) -> None:
    """Invariant 6."""
    assert kind.name in {*REPLACED, "block-document"} or change(kind.name, ()) == ()


def test_a_shared_limit_is_let_go_before_its_deployment_is_removed() -> None:
    """Defect D-2: the server would delete it with the deployment."""
    assert removal({**rows.DEPLOYMENT}) == [("PATCH", {"global_concurrency_limit_id": None}), ("DELETE", None)]


@pytest.mark.parametrize("limit", [None, {**rows.CONCURRENCY_LIMIT, "name": f"deployment:{rows.DEPLOYMENT_ID}"}])
def test_a_limit_of_its_own_goes_with_its_deployment(limit: Body | None) -> None:
    """Nobody else has it."""
    assert removal({**rows.DEPLOYMENT, "global_concurrency_limit": limit}) == [("DELETE", None)]


def test_no_other_kind_takes_more_than_a_delete() -> None:
    """One mechanism."""
    assert [kind.name for kind in KINDS if kind.remove is not None] == ["deployment"]


def there(name: str) -> Body:
    """A row as the destination lists it, with its own ids."""
    content = payload(the_kind(name), ROWS[name])
    return {**ROWS[name], **{field: content[field] for field in content.keys() & ROWS[name].keys() - {"schedules"}}}


def place(kind: Kind) -> str:
    """Where the resource of a row is found."""
    return kind.at(ID, str(ROWS[kind.name].get("name")))


def change(name: str, fields: tuple[str, ...], row: Body | None = None) -> tuple[Request, ...]:
    """The requests that give some fields their other values."""
    kind, now = the_kind(name), row or there(name)
    wanted = {**kind.shape(now, SURROUNDINGS), **{field: OTHER[name][field] for field in fields}}
    return kind.change(Change(place(kind), now, wanted, fields))


def removal(row: Body) -> list[tuple[str, Any]]:
    """How a deployment is removed."""
    remove = the_kind("deployment").remove
    assert remove is not None
    return [(request.method, request.body) for request in remove("/deployments/x", row)]
