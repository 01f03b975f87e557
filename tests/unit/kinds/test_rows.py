"""What each kind makes of a row: its key, its content, its references. The peculiar kinds have tests of their own."""

import pytest

from migrator.kinds import KINDS
from migrator.kinds.kind import BY_CONTENT, IdOf, Kind, Names
from migrator.kinds.references import put_back
from migrator.model.keys import kind_of
from tests.unit import rows
from tests.unit.kinds.payloads import payload, the_kind
from tests.unit.rows import KEYS, READER, ROWS

SERVER_OWNED = {"id", "created", "updated", "status", "last_polled", "active_slots", "is_protected", "default_queue_id"}
SERVER_OWNED |= {"work_queue_id", "work_pool_id", "block_type", "block_schema", "created_by", "updated_by"}
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("variable", ("alert_routing",)),
        ("concurrency-limit", ("database-slots",)),
        ("tag-limit", ("kunde-süd",)),
        ("block-type", ("warehouse-credentials",)),
        ("block-schema", ("warehouse-credentials", rows.CHECKSUM)),
        ("block-document", ("warehouse-credentials", "analytics")),
        ("result-storage", ("default",)),
        ("work-pool", ("kubernetes",)),
        ("work-queue", ("kubernetes", "urgent")),
        ("flow", ("etl",)),
        ("deployment", (IdOf(rows.FLOW_ID), "nightly")),
        ("saved-search", ("ETL / nightly + hourly",)),
        ("automation", ("Report after the nightly load",)),
    ],
)
def test_a_row_has_its_natural_key(kind: str, names: Names) -> None:
    """What names it on every server, outermost first; an id stands for the names of what it belongs to."""
    assert the_kind(kind).names(ROWS[kind]) == names


def test_an_anonymous_document_is_named_by_its_content() -> None:
    """The name that its server gave to it says nothing elsewhere."""
    row = {**rows.BLOCK_DOCUMENT, "is_anonymous": True, "name": "anonymous-5d3f"}

    assert the_kind("block-document").names(row) == ("warehouse-credentials", BY_CONTENT)


@each_kind
def test_what_the_server_owns_is_not_content(kind: Kind) -> None:
    """Two servers never agree on it."""
    assert not SERVER_OWNED & kind.shape(ROWS[kind.name], rows.SURROUNDINGS).keys()


@each_kind
def test_what_the_server_owns_does_not_change_the_digest(kind: Kind) -> None:
    """A resource that was touched, used or polled is the same resource."""
    row = ROWS[kind.name]
    touched = SERVER_OWNED & row.keys() - {"id", "work_queue_id", "block_schema", "block_type"}
    other = {**row, **dict.fromkeys(touched, "touched")}

    assert READER.canonical(kind, other).digest() == READER.canonical(kind, row).digest()


@each_kind
def test_unknown_fields_of_newer_servers_are_left_out(kind: Kind) -> None:
    """D-20: Cloud and newer releases show more than others accept (422 otherwise)."""
    row = {**ROWS[kind.name], "branch": "main", "version_info": {"type": "prefect:simple"}}

    assert kind.shape(row, rows.SURROUNDINGS) == kind.shape(ROWS[kind.name], rows.SURROUNDINGS)


@pytest.mark.parametrize(
    ("kind", "referred"),
    [
        ("variable", set()),
        ("concurrency-limit", set()),
        ("tag-limit", set()),
        ("block-type", set()),
        ("block-schema", {rows.TYPE_ID}),
        ("block-document", {rows.TYPE_ID, rows.SCHEMA_ID}),
        ("result-storage", {rows.DOCUMENT_ID}),
        ("work-pool", {rows.DOCUMENT_ID}),
        ("work-queue", set()),
        ("flow", set()),
        ("deployment", {rows.FLOW_ID, rows.LIMIT_ID, rows.DOCUMENT_ID}),
        ("saved-search", {rows.FLOW_ID, rows.VARIABLE_ID}),
        ("automation", {rows.FLOW_ID, rows.DEPLOYMENT_ID, rows.DOCUMENT_ID}),
    ],
)
def test_a_row_refers_to_what_its_ids_belong_to(kind: str, referred: set[str]) -> None:
    """Invariant 5: every id that stands anywhere in the content, and no other."""
    canonical = READER.canonical(the_kind(kind), ROWS[kind])

    assert {hole.key for hole in canonical.references} == {KEYS[known] for known in referred}


@each_kind
def test_a_row_gives_its_content_back(kind: Kind) -> None:
    """Taking references out of a real row and putting the same ids in again changes nothing."""
    canonical = READER.canonical(kind, ROWS[kind.name])

    assert put_back(canonical, {key: known for known, key in KEYS.items()}) == kind.shape(
        ROWS[kind.name], rows.SURROUNDINGS
    )


@each_kind
def test_no_id_of_the_source_is_written(kind: Kind) -> None:
    """Invariant 5."""
    written = str(kind.create(payload(kind, ROWS[kind.name])))

    assert [known for known in [*KEYS, rows.SCHEDULE_ID, rows.TRIGGER_ID] if known in written] == []


@pytest.mark.parametrize(
    ("kind", "field", "required"),
    [
        ("block-schema", "block_type_id", True),
        ("block-document", "block_type_id", True),
        ("block-document", "block_schema_id", True),
        ("result-storage", "default_result_storage_block_id", True),
        ("deployment", "flow_id", True),
        ("deployment", "storage_document_id", False),
        ("deployment", "infrastructure_document_id", False),
    ],
)
def test_where_an_id_must_stand_one_of_nothing_is_found(kind: str, field: str, *, required: bool) -> None:
    """Invariant 5: required places make the resource a problem, optional ones a warning."""
    row = {**ROWS[kind], field: rows.an_id(0xDEAD)}
    resource = READER.resource(the_kind(kind), KEYS[rows.FLOW_ID], row)

    assert (resource.problem != "") is required
    assert (resource.warnings != ()) is not required
    assert f"/{field}" in resource.problem + "".join(resource.warnings)


def test_every_example_is_called_as_the_tests_say() -> None:
    """The keys of `rows` are those of its rows' kinds."""
    assert {kind_of(KEYS[row["id"]]): row["id"] for row in ROWS.values() if "id" in row} == {
        name: row["id"] for name, row in ROWS.items() if "id" in row
    }
