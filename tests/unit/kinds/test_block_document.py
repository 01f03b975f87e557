"""Block documents: references rebuilt from what the server says of them, names without secrets."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds.block_document import BLOCK_DOCUMENT
from migrator.model.canonical import Body
from tests.unit.kinds.payloads import THERE, payload
from tests.unit.rows import BLOCK_DOCUMENT as ROW
from tests.unit.rows import BLOCK_SCHEMA, DOCUMENT_ID, KEYS, READER, SURROUNDINGS, an_id

HOLDER: Body = {
    **ROW,
    "id": an_id(0xB3),
    "name": "warehouse",
    "data": {"host": "dwh.example.com", "credentials": ROW["data"]},
    "block_document_references": {"credentials": {"block_document": {"id": DOCUMENT_ID, "name": "analytics"}}},
}


def test_a_document_that_it_holds_is_a_reference_again() -> None:
    """A list shows the content of what is held in its place; the child's secrets must not be copied."""
    data = BLOCK_DOCUMENT.shape(HOLDER, SURROUNDINGS)["data"]

    assert data == {"host": "dwh.example.com", "credentials": {"$ref": {"block_document_id": DOCUMENT_ID}}}


def test_a_document_needs_the_documents_that_it_holds() -> None:
    """Invariant 2: defect (f) of the ancestor is that it finds none."""
    assert KEYS[DOCUMENT_ID] in READER.resource(BLOCK_DOCUMENT, KEYS[DOCUMENT_ID], HOLDER).needs


def test_a_document_that_it_holds_arrives_as_the_destinations() -> None:
    """The reference is posted with the destination's id."""
    body = BLOCK_DOCUMENT.create(payload(BLOCK_DOCUMENT, HOLDER)).body

    assert body["data"]["credentials"] == {"$ref": {"block_document_id": THERE[DOCUMENT_ID]}}


@pytest.mark.parametrize(("anonymous", "named"), [(True, False), (False, True)])
def test_only_a_named_document_has_its_name_in_its_content(*, anonymous: bool, named: bool) -> None:
    """What the server calls an anonymous one holds there only (`anonymous-<uuid>`)."""
    body = BLOCK_DOCUMENT.shape({**ROW, "is_anonymous": anonymous}, SURROUNDINGS)

    assert ("name" in body) is named
    assert body["is_anonymous"] is anonymous


def test_secrets_are_part_of_the_content() -> None:
    """They are written, and a changed one is a difference."""
    assert payload(BLOCK_DOCUMENT, ROW)["data"] == ROW["data"]


def test_secrets_are_not_part_of_what_is_disclosed() -> None:
    """Invariant 10: a name is made from this, and a name is read by everyone."""
    data = disclosed(ROW)["data"]

    assert data == {"user": "reporting", "password": None, "extra": None, "proxy": {**data["proxy"], "password": None}}
    assert data["proxy"]["host"] == "proxy.example.com"


@pytest.mark.parametrize(
    ("secret", "data", "expected"),
    [
        ("a", {"a": "s", "b": 1}, {"a": None, "b": 1}),
        ("a.*", {"a": {"x": "s"}}, {"a": None}),
        ("a.b", {"a": {"b": "s", "c": 1}}, {"a": {"b": None, "c": 1}}),
        ("a.b.c", {"a": {"b": {"c": "s"}}}, {"a": {"b": {"c": None}}}),
        ("a.b.*", {"a": {"b": {"x": "s"}}}, {"a": {"b": None}}),
        ("a.b", {"a": None}, {"a": None}),
        ("a.b", {"a": {"c": 1}}, {"a": {"c": 1}}),
        ("a.b", {"a": [{"b": "s", "c": 1}, {"b": "t"}]}, {"a": [{"b": None, "c": 1}, {"b": None}]}),
        ("a.b", {"a": {"x": {"b": "s", "c": 1}}}, {"a": {"x": {"b": None, "c": 1}}}),
        ("a.b.c", {"a": [{"b": {"x": [{"c": "s", "d": 1}]}}]}, {"a": [{"b": {"x": [{"c": None, "d": 1}]}}]}),
        ("a.b.*", {"a": [{"b": {"x": "s"}}]}, {"a": [{"b": None}]}),
        ("a", {}, {"a": None}),
    ],
)
def test_secret_fields_are_paths(secret: str, data: Body, expected: Body) -> None:
    """As `secret_fields` of a schema spells them: dots lead inside, a star means all that is there.

    Invariant 10: that a model stands in a list or under a name of its own is not spelled.
    """
    assert disclosed(with_secrets(data, secret))["data"] == expected


@settings(max_examples=200)
@given(
    password=st.text(),
    pin=st.dictionaries(st.text(max_size=3), st.text()),
    inner=st.text() | st.none(),
)
def test_no_secret_has_a_part_in_what_is_disclosed(password: str, pin: dict[str, str], inner: str | None) -> None:
    """Invariant 10: two documents that differ in secrets only are disclosed alike."""
    data = {**ROW["data"], "password": password, "extra": pin, "proxy": {**ROW["data"]["proxy"], "password": inner}}

    assert disclosed({**ROW, "data": data}) == disclosed(ROW)


@settings(max_examples=200)
@given(around=st.lists(st.sampled_from(["[]", "x", "y"]), max_size=4), secret=st.text("stu", min_size=9))
def test_a_secret_is_withheld_in_lists_and_maps_of_models(around: list[str], secret: str) -> None:
    """Invariant 10: one path, `accounts.password`, for one model, many, or many by name."""
    accounts: Any = {"password": secret, "user": "reporting"}
    for step in around:
        accounts = [{"password": secret}, accounts] if step == "[]" else {step: accounts, "z": {"password": secret}}
    told = str(disclosed(with_secrets({"accounts": accounts}, "accounts.password")))

    assert secret not in told
    assert "reporting" in told


def test_the_list_asks_for_secrets_and_for_anonymous_documents() -> None:
    """The server's default filter hides the latter, in the list and in the count."""
    assert BLOCK_DOCUMENT.listing.filters == {
        "include_secrets": True,
        "block_documents": {"is_anonymous": None},
    }


def test_a_schema_without_secrets_discloses_everything() -> None:
    """Older schemas do not say which fields are secret."""
    row = {**ROW, "block_schema": {**BLOCK_SCHEMA, "fields": {}}}

    assert disclosed(row)["data"] == ROW["data"]


def disclosed(row: Body) -> Any:
    """What of a row is not secret."""
    return BLOCK_DOCUMENT.disclosed(row, BLOCK_DOCUMENT.shape(row, SURROUNDINGS))


def with_secrets(data: Body, *secrets: str) -> Body:
    """A row of which some fields are secret."""
    return {**ROW, "data": data, "block_schema": {**BLOCK_SCHEMA, "fields": {"secret_fields": list(secrets)}}}


def test_documents_without_a_name_that_hold_the_same_take_turns() -> None:
    """Each finds its own after a lost answer; what has a name, or holds something else, waits for nobody."""
    one, other = ({**ROW, "is_anonymous": True, "data": {"value": value}} for value in ("same", "different"))

    assert BLOCK_DOCUMENT.turn(one) == BLOCK_DOCUMENT.turn({**one, "name": "another"})
    assert BLOCK_DOCUMENT.turn(one) != BLOCK_DOCUMENT.turn(other)
    assert BLOCK_DOCUMENT.turn({**ROW, "is_anonymous": False}) is None
