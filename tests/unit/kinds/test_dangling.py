"""Dangling ids: where an id must stand, one of nothing that is known is never copied (invariant 5)."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds.references import BLOCK_REFERENCE, Dangling, Place, TakenOut, take_out
from migrator.model.canonical import Body, Canonical
from tests.unit.kinds.planted import HERE, KEYS_HERE, STRANGERS, TEMPLATES, rendered

KNOWN, UNKNOWN = HERE[0], STRANGERS[0]
PLACES = (Place("/flow_id"), Place("/storage_id", required=False), Place("/actions/*/block_id"))
STEPS = st.text("ab~/0", max_size=3) | st.integers(0, 2)


@pytest.mark.parametrize(
    ("body", "pointer", "required"),
    [
        ({"flow_id": UNKNOWN}, "/flow_id", True),
        ({"flow_id": "etl"}, "/flow_id", True),
        ({"storage_id": UNKNOWN}, "/storage_id", False),
        ({"actions": [{}, {"block_id": UNKNOWN}]}, "/actions/1/block_id", True),
    ],
)
def test_an_unknown_id_where_one_must_stand_dangles(body: Body, pointer: str, *, required: bool) -> None:
    """Invariant 5: it is dropped where the field is optional, and an error where it is required."""
    taken_out = take_out(body, KEYS_HERE.get, PLACES)

    assert taken_out.dangling == (Dangling(pointer, required),)
    assert UNKNOWN not in json.dumps(taken_out.canonical.body)


@pytest.mark.parametrize(
    "body",
    [
        {"flow_id": KNOWN, "storage_id": KNOWN, "actions": [{"block_id": KNOWN}]},
        {"flow_id": None, "storage_id": None, "actions": [{"block_id": None}]},
        {"inner": {"flow_id": UNKNOWN}, "parameters": {"block_id": UNKNOWN, "run": UNKNOWN}},
    ],
)
def test_nothing_else_dangles(body: Body) -> None:
    """Known ids, absent ids, and ids in other places, which are a user's own."""
    assert take_out(body, KEYS_HERE.get, PLACES).dangling == ()


@settings(max_examples=150)
@given(path=st.lists(STEPS, min_size=1, max_size=5))
def test_a_block_reference_to_nothing_dangles_at_any_depth(path: list[str | int]) -> None:
    """Invariant 5: Prefect resolves `$ref` wherever it stands, so no place is needed to find it."""
    taken_out = refer_to(UNKNOWN, path)

    assert [dangling.required for dangling in taken_out.dangling] == [True]
    assert taken_out.dangling[0].pointer.endswith("/$ref/block_document_id")
    assert UNKNOWN not in json.dumps(taken_out.canonical.body)


@settings(max_examples=150)
@given(path=st.lists(STEPS, min_size=1, max_size=5))
def test_a_block_reference_to_a_document_is_a_reference(path: list[str | int]) -> None:
    """What is known is a hole, and no more is said about it."""
    taken_out = refer_to(KNOWN, path)

    assert taken_out.dangling == ()
    assert [hole.key for hole in taken_out.canonical.references] == [KEYS_HERE[KNOWN]]


@pytest.mark.parametrize(
    "text",
    [
        f"prefect.flow.{UNKNOWN}",
        f"prefect.work-pool.{UNKNOWN.upper()}",
        f"prefect.flow.{KNOWN} or prefect.flow.{UNKNOWN}",
        f"/runs/{KNOWN} prefect.flow.{UNKNOWN}",
    ],
)
def test_an_event_resource_of_nothing_dangles(text: str) -> None:
    """Invariant 5: an automation that watches what is not there would be dead in silence."""
    taken_out = take_out({"trigger": {"match": [text]}}, KEYS_HERE.get, ids_in_text=True)

    assert taken_out.dangling == (Dangling("/trigger/match/0", required=True),)


@pytest.mark.parametrize(
    "text",
    [
        f"prefect.flow.{KNOWN}",
        f"prefect.flow.{KNOWN.upper()} of {UNKNOWN}",
        "prefect.flow-run.*",
        UNKNOWN,
        f"see {UNKNOWN}",
    ],
)
def test_other_text_of_an_automation_does_not_dangle(text: str) -> None:
    """Patterns, known resources, and ids that stand for themselves."""
    assert take_out({"match": text}, KEYS_HERE.get, ids_in_text=True).dangling == ()


def test_text_that_is_not_an_automations_may_hold_any_id() -> None:
    """A deployment's parameters may name a flow run of long ago."""
    body = {"parameters": {"resource": f"prefect.flow-run.{UNKNOWN}"}}

    assert take_out(body, KEYS_HERE.get) == TakenOut(Canonical(body), ())


@pytest.mark.parametrize("name", [KNOWN, f"by-{KNOWN}", KNOWN.upper()])
def test_a_known_id_as_an_objects_key_is_refused(name: str) -> None:
    """Invariant 5: a key cannot be a hole, so the id would be copied; the error does not quote it."""
    dangling = take_out({"parameters": {"owners": {name: 1}}}, KEYS_HERE.get).dangling

    assert dangling == (Dangling("/parameters/owners/…", required=True),)


def test_an_unknown_id_as_an_objects_key_is_the_users_own() -> None:
    """It stays, and nobody is warned."""
    body = {"parameters": {UNKNOWN: 1}}

    assert take_out(body, KEYS_HERE.get).canonical.body == body
    assert take_out(body, KEYS_HERE.get).dangling == ()


@settings(max_examples=150)
@given(template=TEMPLATES)
def test_dangling_is_only_said_where_something_is_unknown(template: Body) -> None:
    """Ids that are known everywhere leave nothing to complain about."""
    assert take_out(rendered(template, HERE), KEYS_HERE.get, PLACES).dangling == ()


@pytest.mark.parametrize(
    ("pattern", "pointer", "holds"),
    [
        ("/flow_id", "/flow_id", True),
        ("/flow_id", "/a/flow_id", False),
        ("/actions/*/id", "/actions/12/id", True),
        ("/actions/*/id", "/actions/1/a/id", False),
        ("/actions/*/id", "/actions/id", False),
        ("/actions/*/id", "/actions//id", True),
        ("/a.b/id", "/axb/id", False),
        (BLOCK_REFERENCE.pattern, "/$ref/block_document_id", True),
        (BLOCK_REFERENCE.pattern, "/a/0/~1/$ref/block_document_id", True),
        (BLOCK_REFERENCE.pattern, "/parameters//$ref/block_document_id", True),
        (BLOCK_REFERENCE.pattern, "/a/ref/block_document_id", False),
        (BLOCK_REFERENCE.pattern, "/$ref/block_document_id/a", False),
    ],
)
def test_a_place_is_a_pattern_of_pointers(pattern: str, pointer: str, *, holds: bool) -> None:
    """`*` stands for one step, `**` for any number; a step may be empty (RFC 6901, 3)."""
    assert Place(pattern).holds(pointer) is holds


def refer_to(block: str, path: list[str | int]) -> TakenOut:
    """What is taken out of a body that refers to a block somewhere deep inside."""
    value: Any = {"$ref": {"block_document_id": block}}
    for step in reversed(path):
        value = {step: value} if isinstance(step, str) else [*([None] * step), value]
    return take_out({"parameters": value}, KEYS_HERE.get)
