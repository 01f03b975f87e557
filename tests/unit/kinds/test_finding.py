"""How one finds what is there already: requests whose rows match contents, kind by kind."""

from typing import Any

import pytest
from prefect.server.schemas import filters
from pydantic import BaseModel

from migrator.kinds import KINDS
from migrator.kinds.kind import Kind
from migrator.model.canonical import Body
from tests.unit import rows
from tests.unit.kinds.payloads import THERE, payload, the_kind
from tests.unit.rows import ROWS

NATURAL = [kind for kind in KINDS if kind.owned is None]
FILTERS: dict[str, type[BaseModel]] = {
    "variables": filters.VariableFilter,
    "block_types": filters.BlockTypeFilter,
    "block_documents": filters.BlockDocumentFilter,
    "work_pools": filters.WorkPoolFilter,
    "work_queues": filters.WorkQueueFilter,
    "flows": filters.FlowFilter,
    "deployments": filters.DeploymentFilter,
}
each_natural = pytest.mark.parametrize("kind", NATURAL, ids=lambda kind: kind.name)


@each_natural
def test_a_row_of_the_destination_is_recognised(kind: Kind) -> None:
    """Invariant 9: content and row have an identity in common, once references are the destination's."""
    content = payload(kind, ROWS[kind.name])
    row = {**ROWS[kind.name], **content}

    assert set(kind.identities(content)) & set(kind.identities(row))


@each_natural
def test_content_is_asked_for_in_a_way_that_the_server_reads(kind: Kind) -> None:
    """A filter that the server does not know is refused (422), and an empty answer would mean: not there."""
    for request in kind.find([payload(kind, ROWS[kind.name])]):
        for name, body in (request.body or {}).items():
            if name != "include_secrets":
                FILTERS[name].model_validate(body)


@pytest.mark.parametrize(
    ("kind", "method", "path", "body"),
    [
        ("variable", "POST", "/variables/filter", {"variables": {"name": {"any_": ["alert_routing"]}}}),
        ("concurrency-limit", "GET", "/v2/concurrency_limits/database-slots", None),
        ("tag-limit", "GET", "/concurrency_limits/tag/kunde-s%C3%BCd", None),
        ("block-type", "POST", "/block_types/filter", {"block_types": {"slug": {"any_": ["warehouse-credentials"]}}}),
        ("block-schema", "GET", f"/block_schemas/checksum/{rows.CHECKSUM}", None),
        ("result-storage", "GET", "/admin/storage", None),
        ("work-pool", "POST", "/work_pools/filter", {"work_pools": {"name": {"any_": ["kubernetes"]}}}),
        (
            "work-queue",
            "POST",
            "/work_pools/kubernetes/queues/filter",
            {"work_queues": {"name": {"any_": ["urgent"]}}},
        ),
        ("flow", "POST", "/flows/filter", {"flows": {"name": {"any_": ["etl"]}}}),
        (
            "deployment",
            "POST",
            "/deployments/filter",
            {"deployments": {"name": {"any_": ["nightly"]}}, "flows": {"id": {"any_": [THERE[rows.FLOW_ID]]}}},
        ),
        (
            "block-document",
            "POST",
            "/block_documents/filter",
            {
                "include_secrets": True,
                "block_documents": {
                    "name": {"any_": ["analytics"]},
                    "block_type_id": {"any_": [THERE[rows.TYPE_ID]]},
                },
            },
        ),
        ("saved-search", "POST", "/saved_searches/filter", {}),
    ],
)
def test_content_is_asked_for_by_its_natural_key(kind: str, method: str, path: str, body: Body | None) -> None:
    """One request for a batch where the server's filters allow, else one each."""
    (request,) = the_kind(kind).find([payload(the_kind(kind), ROWS[kind])])

    assert (request.method, request.path, request.body) == (method, path, body)


@pytest.mark.parametrize(
    ("kind", "field", "requests"),
    [
        ("variable", "name", 1),
        ("block-type", "slug", 1),
        ("flow", "name", 1),
        ("deployment", "name", 1),
        ("work-pool", "name", 1),
        ("work-queue", "name", 1),
        ("block-document", "name", 1),
        ("saved-search", "name", 1),
        ("concurrency-limit", "name", 3),
        ("tag-limit", "tag", 3),
        ("block-schema", "checksum", 3),
    ],
)
def test_a_batch_costs_as_few_requests_as_the_server_allows(kind: str, field: str, requests: int) -> None:
    """Listing deployments costs the server 12 ms a row; asking for a batch of names is cheap."""
    content = payload(the_kind(kind), ROWS[kind])
    batch = [{**content, field: name} for name in ("a", "b", "c")]
    asked: Any = list(the_kind(kind).find(batch))

    assert len(asked) == requests


AHEAD = [kind for kind in KINDS if kind.look_ahead is not None]


def test_what_a_create_would_change_is_looked_for_just_before() -> None:
    """Invariant 6: with kinds that are overwritten, or that come into being with others, the look is no older."""
    assert {kind.name for kind in AHEAD} == {kind.name for kind in KINDS if kind.overwrites} | {"work-queue"}


@pytest.mark.parametrize("kind", AHEAD, ids=lambda kind: kind.name)
def test_names_are_asked_for_in_a_way_that_the_server_reads(kind: Kind) -> None:
    """As contents are; flows by name, for those of what comes next may not be there yet."""
    assert kind.look_ahead is not None
    for request in kind.look_ahead({tuple(f"{name}{n}" for name in ("a", "b")) for n in range(9)}):
        for name, body in (request.body or {}).items():
            FILTERS[name].model_validate(body)


@pytest.mark.parametrize(
    ("kind", "names", "paths"),
    [
        ("deployment", [("etl", "a"), ("etl", "b"), ("ml", "a")], ["/deployments/filter"]),
        ("saved-search", [("a",), ("b",), ("c",)], ["/saved_searches/filter"]),
        ("tag-limit", [("a",), ("b",), ("c",)], ["/v2/concurrency_limits/filter", "/concurrency_limits/filter"]),
        ("tag-limit", [("a/b",)], ["/concurrency_limits/tag/a%2Fb"]),
        ("work-queue", [("k8s", "default")], ["/work_pools/k8s/queues/filter"]),
        ("work-queue", [("k8s", "default"), ("ec2", "usual"), ("gpu", "default")], ["/work_queues/filter"]),
        ("result-storage", [("default",)], ["/admin/storage"]),
    ],
)
def test_a_look_ahead_costs_no_more_for_many(kind: str, names: list[tuple[str, ...]], paths: list[str]) -> None:
    """Few are asked for one by one where lists know no filter; of many the number does not matter."""
    look_ahead = the_kind(kind).look_ahead
    assert look_ahead is not None

    assert [request.path for request in look_ahead(names)] == paths


def test_a_default_queue_is_also_looked_for_under_the_name_that_it_comes_with() -> None:
    """It is known by its role, and is renamed only after it was found."""
    look_ahead = the_kind("work-queue").look_ahead
    assert look_ahead is not None
    (request,) = look_ahead([("a", "first"), ("b", "second"), ("c", "second")])

    assert request.body == {"work_queues": {"name": {"any_": ["default", "first", "second"]}}}


def test_a_global_limit_is_no_tag_limit_of_its_name() -> None:
    """They stand in one list."""
    identities = the_kind("tag-limit").identities
    limit = {**rows.CONCURRENCY_LIMIT, "name": "heavy"}

    assert identities(limit) == ()
    assert identities({**limit, "name": "tag:heavy"}) == identities({"tag": "heavy", "concurrency_limit": 3})


@each_natural
def test_different_contents_are_not_taken_for_one_another(kind: Kind) -> None:
    """Another name is another resource."""
    content = payload(kind, ROWS[kind.name])
    for field in {"name", "tag", "slug", "checksum"} & content.keys() - ({"name"} if "slug" in content else set()):
        assert not set(kind.identities({**content, field: "other"})) & set(kind.identities(content))


@pytest.mark.parametrize("name", ["a/b", "a b", "50%", "ä?#"])
def test_names_are_quoted_in_paths(name: str) -> None:
    """RFC 3986, 3.3: a name is one segment, whatever it holds."""
    (request,) = the_kind("concurrency-limit").find([{"name": name}])

    assert "/" not in request.path.removeprefix("/v2/concurrency_limits/")
    assert not set(request.path) & set(" ?#ä")


def test_an_anonymous_document_is_found_by_all_that_it_holds() -> None:
    """It has no name, so the server does not refuse a second one either."""
    kind = the_kind("block-document")
    row = {**rows.BLOCK_DOCUMENT, "is_anonymous": True}
    content = payload(kind, row)

    (request,) = kind.find([content])
    assert request.body["block_documents"]["is_anonymous"] == {"eq_": True}
    assert kind.identities(content) == kind.identities({**content, "name": "anonymous-77"})
    assert not set(kind.identities(content)) & set(kind.identities({**content, "data": {"value": "other"}}))
    assert not kind.unique(content)


def test_documents_of_one_name_are_told_apart_by_type() -> None:
    """A name is unique within a block type only."""
    kind = the_kind("block-document")
    content = payload(kind, rows.BLOCK_DOCUMENT)

    assert not set(kind.identities({**content, "block_type_id": "other"})) & set(kind.identities(content))


def test_deployments_of_one_name_are_told_apart_by_flow() -> None:
    """The filter answers for all flows of a batch."""
    kind = the_kind("deployment")
    content = payload(kind, rows.DEPLOYMENT)

    assert not set(kind.identities({**content, "flow_id": "other"})) & set(kind.identities(content))


def test_an_automation_is_found_by_its_owner() -> None:
    """Facts, section 6: names are not unique, but what it is related to can be asked for."""
    owned = the_kind("automation").owned
    assert owned is not None
    field, rows_of = owned

    assert field == "owner_resource"
    assert rows_of("migrator.run.7").path == "/automations/related-to/migrator.run.7"
