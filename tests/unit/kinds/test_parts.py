"""Limits, schemas and the result storage: rows that are a part of something else, or nothing at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds.block_schema import BLOCK_SCHEMA
from migrator.kinds.concurrency_limit import CONCURRENCY_LIMIT
from migrator.kinds.result_storage import RESULT_STORAGE
from migrator.kinds.tag_limit import TAG_LIMIT
from migrator.model.canonical import Body
from tests.unit import rows

#: A tag limit as the list of global limits shows it, tuned.
AS_GLOBAL: Body = {**rows.CONCURRENCY_LIMIT, "name": "tag:kunde-süd", "limit": 4}


@pytest.mark.parametrize(
    ("name", "carried"),
    [
        ("database-slots", True),
        ("deployment", True),
        ("deployment:nightly", True),
        ("stage", True),
        ("my deployment:" + rows.DEPLOYMENT_ID, True),
        ("deployment:" + rows.DEPLOYMENT_ID, False),
        ("tag:database", False),
        ("tag:a\nb", False),
        ("tag:", False),
    ],
)
def test_limits_that_are_part_of_others_are_not_carried(name: str, *, carried: bool) -> None:
    """A deployment's own limit and a tag's come with those; their names hold for the source's ids only."""
    assert CONCURRENCY_LIMIT.carried({**rows.CONCURRENCY_LIMIT, "name": name}) is carried


@settings(max_examples=200)
@given(name=st.text(max_size=3) | st.sampled_from(["tag:", "deployment:"]).flatmap(lambda p: st.text().map(p.__add__)))
def test_a_global_limit_is_one_kind_of_limit(name: str) -> None:
    """Invariant 1: the list of global limits shows tag limits too, and each row is counted once."""
    row = {**rows.CONCURRENCY_LIMIT, "name": name}

    assert [CONCURRENCY_LIMIT.carried(row), TAG_LIMIT.carried(row)].count(True) == 1


def test_a_tag_limit_is_the_same_in_either_list() -> None:
    """Servers show it as a row of its own, or as a global limit named after it."""
    as_global = {**AS_GLOBAL, "slot_decay_per_second": 0.0}

    assert TAG_LIMIT.carried(rows.TAG_LIMIT)
    assert TAG_LIMIT.names(as_global) == TAG_LIMIT.names(rows.TAG_LIMIT) == ("kunde-süd",)
    assert TAG_LIMIT.shape(as_global, rows.SURROUNDINGS) == TAG_LIMIT.shape(rows.TAG_LIMIT, rows.SURROUNDINGS)


def test_a_tuned_tag_limit_is_completed() -> None:
    """Its own endpoint takes a number only; decay, and whether it is switched off, are the global limit's."""
    content = TAG_LIMIT.shape({**AS_GLOBAL, "active": False}, rows.SURROUNDINGS)
    (completing,) = TAG_LIMIT.complete("its-id", content, None)

    assert TAG_LIMIT.completes(content)
    assert TAG_LIMIT.create(content).body == {"tag": "kunde-süd", "concurrency_limit": 4}
    assert (completing.method, completing.path) == ("PATCH", "/v2/concurrency_limits/its-id")
    assert completing.body == {"active": False, "slot_decay_per_second": 0.5}


def test_slots_that_are_taken_are_not_copied() -> None:
    """D-9: with no decay they would never be released."""
    content = CONCURRENCY_LIMIT.shape(rows.CONCURRENCY_LIMIT, rows.SURROUNDINGS)

    assert content == {"name": "database-slots", "limit": 5, "active": True, "slot_decay_per_second": 0.5}


@pytest.mark.parametrize(("block", "carried"), [(rows.DOCUMENT_ID, True), (None, False)])
def test_a_result_storage_that_is_not_set_is_not_there(block: str | None, *, carried: bool) -> None:
    """The setting always answers; null is no resource."""
    row: Body = {"default_result_storage_block_id": block}

    assert RESULT_STORAGE.carried(row) is carried
    assert RESULT_STORAGE.identities(row) == ((("default",),) if carried else ())


def test_there_is_one_result_storage() -> None:
    """It has no id; its row is called by its role."""
    resource = rows.READER.resource(RESULT_STORAGE, rows.KEYS[rows.DOCUMENT_ID], rows.RESULT_STORAGE)

    assert RESULT_STORAGE.listing.single
    assert resource.id == "default"


@pytest.mark.parametrize(
    ("references", "needs"),
    [
        ({}, []),
        ({"a": {"block_type_slug": "x", "block_schema_checksum": "sha256:1"}}, ["block-schema/x/sha256:1"]),
        (
            {
                "a": [
                    {"block_type_slug": "x", "block_schema_checksum": "sha256:1"},
                    {"block_type_slug": "y", "block_schema_checksum": "sha256:2"},
                ],
                "b": {"block_type_slug": "z", "block_schema_checksum": "sha256:3"},
            },
            ["block-schema/x/sha256:1", "block-schema/y/sha256:2", "block-schema/z/sha256:3"],
        ),
    ],
)
def test_a_schema_needs_those_that_are_nested_in_it(references: Body, needs: list[str]) -> None:
    """By slug and checksum: a field refers to one schema, or to any of several."""
    row = {**rows.BLOCK_SCHEMA, "fields": {**rows.BLOCK_SCHEMA["fields"], "block_schema_references": references}}

    assert list(BLOCK_SCHEMA.needs(BLOCK_SCHEMA.shape(row, rows.SURROUNDINGS))) == needs


def test_any_version_of_a_schema_satisfies() -> None:
    """The key is slug and checksum."""
    assert BLOCK_SCHEMA.names({**rows.BLOCK_SCHEMA, "version": "2.0"}) == BLOCK_SCHEMA.names(rows.BLOCK_SCHEMA)
