"""The canonical form: a body with holes, and what belongs into them."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.model.canonical import Canonical, Reference, pointer_of, steps_of
from migrator.model.keys import Key

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-3, 3) | st.text(max_size=3)
BODIES = st.dictionaries(st.text("ab", max_size=2), SCALARS | st.lists(SCALARS, max_size=2), max_size=3)
HOLES = st.builds(
    Reference,
    pointer=st.sampled_from(["/a", "/b"]),
    offset=st.integers(-1, 1),
    key=st.sampled_from([Key("flow/a"), Key("flow/b")]),
)
FORMS = st.builds(Canonical, body=BODIES, references=st.lists(HOLES, max_size=2).map(tuple))

many = settings(max_examples=200)


@many
@given(one=FORMS, other=FORMS)
def test_digests_are_equal_exactly_when_forms_are(one: Canonical, other: Canonical) -> None:
    """Bodies are put side by side only where digests differ, so a digest must not miss anything."""
    assert (one.digest() == other.digest()) == (spelled(one) == spelled(other))


@given(body=BODIES)
def test_the_order_of_fields_says_nothing(body: dict[str, Any]) -> None:
    """A JSON object is unordered (RFC 8259, 4)."""
    turned = dict(reversed(body.items()))

    assert Canonical(turned).digest() == Canonical(body).digest()


@pytest.mark.parametrize("other", [Canonical({"a": True}), Canonical({"a": "1"}), Canonical({"a": [1]})])
def test_values_that_look_alike_have_different_digests(other: Canonical) -> None:
    """1 is neither true nor text."""
    assert Canonical({"a": 1}).digest() != other.digest()


def test_a_hole_is_not_a_null() -> None:
    """What is missing and what points elsewhere both stand as null in the body."""
    hole = Reference("/a", -1, Key("flow/etl"))

    assert Canonical({"a": None}, (hole,)).digest() != Canonical({"a": None}).digest()


@many
@given(path=st.lists(st.text(max_size=4) | st.text("~/01", max_size=4), min_size=1, max_size=4))
def test_a_pointer_leads_back_to_its_path(path: list[str]) -> None:
    """RFC 6901, 3 and 4: also through keys that hold `/` and `~`, or nothing at all."""
    assert steps_of(pointer_of(path)) == path


@pytest.mark.parametrize(
    ("path", "pointer"), [(["a/b"], "/a~1b"), (["m~n"], "/m~0n"), (["~1"], "/~01"), (["", 0], "//0"), ([], "")]
)
def test_pointers_are_those_of_the_standard(path: list[str | int], pointer: str) -> None:
    """RFC 6901, 5."""
    assert pointer_of(path) == pointer


def test_a_part_goes_with_the_holes_in_it() -> None:
    """And nothing else does."""
    flow = Key("flow/etl")
    body = {"data": {"inner": {"id": None, "x": 1}, "inner id": None, "list": [{"a/b": 1, "c": 2}]}}
    form = Canonical(body, (Reference("/data/inner/id", -1, flow), Reference("/data/inner id", -1, flow)))

    assert form.without(["/data/inner", "/data/list/0/a~1b", "/data/nowhere"]) == Canonical(
        {"data": {"inner id": None, "list": [{"c": 2}]}}, (Reference("/data/inner id", -1, flow),)
    )
    assert form.without([]) is form


def spelled(form: Canonical) -> str:
    """A form as JSON text, in one order."""
    holes = [(hole.pointer, hole.offset, hole.key) for hole in form.references]
    return json.dumps([form.body, holes], sort_keys=True)
