"""Laws of references: ids come out of bodies and go back in, and nothing else changes."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from migrator.kinds.references import WHOLE, put_back, take_out
from migrator.model.canonical import Body, Canonical, Reference, steps_of
from migrator.model.keys import Key
from tests.unit.kinds.planted import BEGINNING, HERE, KEYS_HERE, KEYS_THERE, STRANGERS, TEMPLATES, THERE, rendered

IDS_HERE = {key: known for known, key in KEYS_HERE.items()}
IDS_THERE = {key: known for known, key in KEYS_THERE.items()}
ONE, TWO = HERE[:2]
KEY_ONE, KEY_TWO = KEYS_HERE[ONE], KEYS_HERE[TWO]

many = settings(max_examples=300)


@many
@given(template=TEMPLATES)
def test_what_is_taken_out_goes_back_in(template: Body) -> None:
    """The canonical form loses nothing: with the ids it was made from, it is the body again."""
    body = rendered(template, HERE)

    assert put_back(taken_out(body), IDS_HERE) == body


@many
@given(template=TEMPLATES)
def test_no_id_is_left_in_a_canonical_form(template: Body) -> None:
    """Invariant 5: what is not spelled in the form cannot reach the destination."""
    holed = json.dumps(taken_out(rendered(template, HERE)).body, ensure_ascii=False)

    assert [known for known in HERE if known in holed] == []


@many
@given(template=TEMPLATES)
def test_servers_that_differ_in_ids_have_equal_forms(template: Body) -> None:
    """Two resources are the same when their canonical forms are equal, on whatever server each lives."""
    here = taken_out(rendered(template, HERE))
    there = take_out(rendered(template, THERE), KEYS_THERE.get).canonical

    assert here == there
    assert here.digest() == there.digest()


@many
@given(template=TEMPLATES)
def test_a_body_arrives_with_the_destinations_ids(template: Body) -> None:
    """Invariant 5, the other way round: each reference points to the same resource at the destination."""
    payload = put_back(taken_out(rendered(template, HERE)), IDS_THERE)

    assert payload == rendered(template, THERE)


@settings(max_examples=150)
@given(template=TEMPLATES)
def test_ids_of_no_resource_stay(template: Body) -> None:
    """A user's own data cannot be mistaken for a reference."""
    body = rendered(template, HERE)

    assert take_out(body, nothing_known).canonical == Canonical(body)


@settings(max_examples=150)
@given(template=TEMPLATES)
def test_a_pointer_of_a_hole_leads_to_it(template: Body) -> None:
    """A hole is a null where the id was all, else a place inside a string."""
    canonical = taken_out(rendered(template, HERE))

    for hole in canonical.references:
        holed = at(canonical.body, hole.pointer)
        assert holed is None if hole.offset == WHOLE else hole.offset <= len(holed)


@pytest.mark.parametrize(
    ("text", "holed", "references"),
    [
        (ONE, None, [(WHOLE, KEY_ONE)]),
        (f"prefect.flow.{ONE}", "prefect.flow.", [(13, KEY_ONE)]),
        (f"{ONE}{TWO}", "", [(0, KEY_ONE), (0, KEY_TWO)]),
        (f"{TWO}-{ONE}!", "-!", [(0, KEY_TWO), (1, KEY_ONE)]),
        (f"ä{ONE}/{STRANGERS[0]}/{ONE}", f"ä/{STRANGERS[0]}/", [(1, KEY_ONE), (39, KEY_ONE)]),
        (f"[{ONE.upper()}]", "[]", [(1, KEY_ONE)]),
        (ONE.upper(), None, [(WHOLE, KEY_ONE)]),
        (f"{BEGINNING}{ONE}", BEGINNING, [(28, KEY_ONE)]),
        (f"{BEGINNING}{ONE}{BEGINNING}{TWO}", BEGINNING * 2, [(28, KEY_ONE), (56, KEY_TWO)]),
    ],
)
def test_ids_are_cut_out_of_text(text: str, holed: str | None, references: list[tuple[int, Key]]) -> None:
    """Offsets count characters of the holed text; ids of either case are ids (RFC 9562, 4)."""
    canonical = taken_out({"text": text})

    assert canonical.body == {"text": holed}
    assert canonical.references == tuple(Reference("/text", offset, key) for offset, key in references)


def test_an_id_in_capitals_is_filled_as_the_destination_spells_it() -> None:
    """The hole says whose id stands there, not in which case it was written."""
    assert put_back(taken_out({"text": f"see {ONE.upper()}"}), IDS_THERE) == {"text": f"see {THERE[0]}"}


def test_holes_are_listed_by_pointer_and_offset() -> None:
    """The order does not depend on the order of a server's fields."""
    one = taken_out({"b": ONE, "a": [f"{ONE}, {TWO}", TWO]})
    other = taken_out({"a": [f"{ONE}, {TWO}", TWO], "b": ONE})

    assert one.references == other.references
    assert [hole.pointer for hole in one.references] == ["/a/0", "/a/0", "/a/1", "/b"]


def test_a_body_is_not_filled_without_all_its_ids() -> None:
    """Invariant 2: what it refers to has no id yet, so it cannot be written."""
    with pytest.raises(KeyError, match="flow/1"):
        put_back(taken_out({"flows": [ONE, TWO]}), {KEY_ONE: THERE[0]})


def test_filling_leaves_the_form_alone() -> None:
    """The same form is filled again when a write is tried again."""
    canonical = taken_out({"nested": {"flows": [ONE, f"{TWO}!"]}})
    put_back(canonical, IDS_THERE)

    assert canonical.body == {"nested": {"flows": [None, "!"]}}


def nothing_known(_: str) -> Key | None:
    """A workspace without resources."""
    return None


def taken_out(body: Body) -> Canonical:
    """The canonical form of a body of the server that is here."""
    return take_out(body, KEYS_HERE.get).canonical


def at(body: Body, pointer: str) -> Any:
    """What a JSON pointer points to."""
    value: Any = body
    for step in steps_of(pointer):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value
