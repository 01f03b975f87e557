"""Reading: what an inventory says of a row."""

from dataclasses import replace

import pytest

from migrator.kinds import KINDS
from migrator.kinds.block_document import BLOCK_DOCUMENT
from migrator.kinds.deployment import DEPLOYMENT
from migrator.kinds.kind import Kind
from migrator.kinds.projection import Acceptance
from migrator.model.addresses import address_of
from migrator.model.canonical import Body
from migrator.model.inventory import Resource
from migrator.model.keys import Key
from migrator.model.masks import MASK
from migrator.planning.differences import compare
from tests.unit import rows
from tests.unit.kinds.payloads import the_kind
from tests.unit.rows import KEYS, READER, ROWS

KEY = KEYS[rows.DEPLOYMENT_ID]


def test_a_resource_needs_what_its_row_refers_to_and_names() -> None:
    """Ids and names alike, each once, sorted."""
    assert read(rows.DEPLOYMENT).needs == (
        "block-document/warehouse-credentials/analytics",
        "concurrency-limit/database-slots",
        "flow/etl",
        "work-pool/kubernetes",
        "work-queue/kubernetes/urgent",
    )


def test_a_content_needs_what_it_would_refer_to() -> None:
    """Invariant 15: as a rollback asks, before it gives a resource its old fields again."""
    content = DEPLOYMENT.shape(rows.DEPLOYMENT, rows.SURROUNDINGS)
    without_pool = {**content, "work_pool_name": None, "storage_document_id": None, "job_variables": {}}

    assert READER.needs(DEPLOYMENT, content) == read(rows.DEPLOYMENT).needs
    assert READER.needs(DEPLOYMENT, without_pool) == ("concurrency-limit/database-slots", "flow/etl")


def test_a_resource_mentions_what_its_templates_name() -> None:
    """Order and a warning, no more."""
    assert read(rows.DEPLOYMENT).mentions == ("variable/alert_routing",)


@pytest.mark.parametrize(("paused", "live"), [(False, True), (True, False)])
def test_a_resource_says_whether_it_acts_by_itself(*, paused: bool, live: bool) -> None:
    """Invariant 15: the original state is known when it is cut over."""
    assert read({**rows.DEPLOYMENT, "paused": paused}).live is live


def test_an_optional_reference_to_nothing_is_warned_about() -> None:
    """Invariant 5: dropped, and said where."""
    resource = read({**rows.DEPLOYMENT, "storage_document_id": rows.an_id(0xDEAD)})

    assert resource.problem == ""
    assert resource.warnings == ("/storage_document_id pointed to nothing and is left out",)


def test_a_limit_of_another_deployment_is_warned_about() -> None:
    """Such limits are not carried; the server lets go of one that is deleted just the same."""
    limit = {**rows.CONCURRENCY_LIMIT, "id": rows.an_id(0xDEAD), "name": f"deployment:{rows.an_id(0xBEEF)}"}

    assert len(read({**rows.DEPLOYMENT, "global_concurrency_limit": limit}).warnings) == 1


def test_what_the_destination_does_not_know_is_warned_about_and_not_needed() -> None:
    """A limit that cannot be referred to there need not be there, nor can its place be filled."""
    resource = read(rows.DEPLOYMENT, without="global_concurrency_limit_id")

    assert resource.left_out == resource.lost == ("/global_concurrency_limit_id",)
    assert "concurrency-limit/database-slots" not in resource.needs
    assert resource.warnings == (
        "the destination's Prefect does not know /global_concurrency_limit_id; it is left out",
    )


def test_what_says_nothing_is_left_out_without_a_warning() -> None:
    """Or every deployment would bear one for each field that its owner never used."""
    resource = read(rows.DEPLOYMENT, without="description")

    assert resource.left_out == ("/description",)
    assert resource.lost == resource.warnings == ()


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("deployment", {**rows.DEPLOYMENT, "infrastructure_document_id": rows.DOCUMENT_ID}),
        ("work-pool", {**rows.WORK_POOL, "type": "prefect-agent"}),
    ],
)
def test_what_prefect_3_does_not_run_is_said_to_be_unsupported(kind: str, row: Body) -> None:
    """Agents and infrastructure blocks are carried, and do nothing."""
    (warning,) = READER.resource(the_kind(kind), KEY, row).warnings

    assert "unsupported" in warning


def test_a_required_reference_to_nothing_is_a_problem() -> None:
    """Invariant 5: an error that names the place, and never the id."""
    parameters = {"target": {"$ref": {"block_document_id": rows.an_id(0xDEAD)}}}
    resource = read({**rows.DEPLOYMENT, "flow_id": rows.an_id(0xBEEF), "parameters": parameters})

    assert "/flow_id, /parameters/target/$ref/block_document_id" in resource.problem
    assert "dead" not in resource.problem
    assert "beef" not in resource.problem


def document(**data: object) -> Resource:
    """What an inventory says of a document with such data."""
    row = {**rows.BLOCK_DOCUMENT, "data": {**rows.BLOCK_DOCUMENT["data"], **data}}
    return READER.resource(BLOCK_DOCUMENT, KEYS[rows.DOCUMENT_ID], row)


def test_a_masked_secret_that_is_required_is_a_problem() -> None:
    """Facts, section 3.2: a mask is never written in place of what it hides. The line to add is said."""
    resource = document(password=MASK, extra={"pin": MASK})

    assert resource.masked == ("/data/password", "/data/extra/pin")
    assert resource.omitted == ()
    assert "--secrets FILE" in resource.problem
    assert resource.problem.endswith("add password: VALUE")


def test_a_masked_secret_that_is_not_required_is_left_out() -> None:
    """Its document can be loaded without it; the rest of it goes."""
    resource = document(extra={"pin": MASK, "hint": "mother's"}, proxy={"host": "a", "password": MASK})

    assert resource.problem == ""
    assert resource.omitted == ("/data/extra/pin", "/data/proxy/password")


def test_masks_are_at_the_places_that_a_comparison_names() -> None:
    """What is equal and masked on both sides is reported without a comparison, and as one would."""
    row = {**rows.BLOCK_DOCUMENT, "data": {"password": MASK, "extra": {"pins": [MASK]}, "user": "reporting"}}
    canonical = READER.canonical(BLOCK_DOCUMENT, row)

    masked = READER.resource(BLOCK_DOCUMENT, KEYS[rows.DOCUMENT_ID], row).masked
    assert set(masked) == {"/data/password", "/data/extra/pins/0"}
    assert set(masked) == set(compare(canonical, canonical).unverifiable)


def test_a_mask_in_what_is_referred_to_is_not_its_own() -> None:
    """A list shows the content of a document that is held, masks and all; that one is a resource of its own."""
    held = {"password": {"block_document": {"id": rows.DOCUMENT_ID}}}
    row = {**rows.BLOCK_DOCUMENT, "data": {"password": {"secret": MASK}}, "block_document_references": held}

    assert READER.resource(BLOCK_DOCUMENT, KEYS[rows.DOCUMENT_ID], row).problem == ""


def test_a_body_that_names_its_own_workspace_is_warned_about() -> None:
    """Design, section 5: runs in the new place would report to the old; by place, never by value."""
    row = {**rows.DEPLOYMENT, "job_variables": {"env": {"PREFECT_API_URL": "http://user:pw@127.0.0.1:4200/api"}}}
    reader = replace(READER, address=address_of("http://localhost:4200/api"))

    (warning,) = reader.resource(DEPLOYMENT, KEY, row).warnings
    assert warning.startswith("it names the source's own address at /job_variables/env/PREFECT_API_URL: ")
    assert "pw@" not in warning


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_example_of_each_kind_is_without_problem(kind: Kind) -> None:
    """Everything that the rows refer to is among them."""
    resource = READER.resource(kind, KEY, ROWS[kind.name])

    assert (resource.problem, resource.warnings) == ("", ())


def test_what_is_disclosed_shares_its_references() -> None:
    """A name is made from content and references, without secrets."""
    kind = next(kind for kind in KINDS if kind.name == "block-document")
    disclosed, whole = READER.disclosed(kind, rows.BLOCK_DOCUMENT), READER.canonical(kind, rows.BLOCK_DOCUMENT)

    assert disclosed.references == whole.references
    assert disclosed.body["data"]["user"] == "reporting"
    assert disclosed.body["data"]["password"] is None


def read(row: dict[str, object], without: str = "") -> Resource:
    """What an inventory says of a deployment, on its way to a server that does not know some field."""
    content = DEPLOYMENT.shape(rows.DEPLOYMENT, rows.SURROUNDINGS)
    schema: Body = {"properties": {name: {} for name in content if name != without}} if without else {}
    request = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
    onto = Acceptance({"paths": {"/deployments/": {"post": request}}})
    return replace(READER, onto=onto).resource(DEPLOYMENT, Key(KEY), row)
