"""Differences: where two canonical forms differ, by place and never by value."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds.references import WHOLE, take_out
from migrator.model.canonical import Body, Canonical, Json, Reference, pointer_of
from migrator.model.keys import Key
from migrator.planning.differences import Comparison, compare
from tests.unit.kinds.planted import HERE, KEYS_HERE

ONE, TWO = HERE[:2]
SAME = Comparison((), ())
MASK = "********"
NAMES = st.sampled_from(["", "a", "b", "a/b", "~", "0"])
SCALARS = st.sampled_from([None, True, False, 0, 1, 1.5, "", "text", MASK + "!", "*******"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)
TEXTS = st.lists(st.sampled_from([ONE, TWO, "-"]), max_size=3).map("".join)
"""Texts with ids in them, few enough that two often hold the same ones."""
BODIES: st.SearchStrategy[Body] = st.dictionaries(NAMES, VALUES, min_size=1, max_size=3)

hundreds = settings(max_examples=150)


@hundreds
@given(body=BODIES)
def test_a_form_does_not_differ_from_itself(body: Body) -> None:
    """Nor from one that came from another place in another order of fields."""
    assert compare(Canonical(body), Canonical(dict(reversed(deepcopy(body).items())))) == SAME


@hundreds
@given(body=BODIES, data=st.data())
def test_one_changed_leaf_is_found_at_its_pointer(body: Body, data: st.DataObject) -> None:
    """That place, and no other."""
    path = data.draw(st.sampled_from(list(leaves(body))))
    changed = Canonical(with_leaf(body, path, "changed"))

    assert compare(Canonical(body), changed) == Comparison((pointer_of(path),), ())
    assert compare(changed, Canonical(body)) == Comparison((pointer_of(path),), ())


@hundreds
@given(body=BODIES, data=st.data())
def test_a_masked_leaf_cannot_be_verified(body: Body, data: st.DataObject) -> None:
    """A server that does not show its secrets has said nothing about them: neither equal nor different."""
    path = data.draw(st.sampled_from(list(leaves(body))))
    masked = Canonical(with_leaf(body, path, MASK))

    assert compare(Canonical(body), masked) == Comparison((), (pointer_of(path),))
    assert compare(masked, masked) == Comparison((), (pointer_of(path),))


@hundreds
@given(one=BODIES, other=BODIES)
def test_it_does_not_matter_which_side_is_asked(one: Body, other: Body) -> None:
    """Difference is symmetric."""
    assert compare(Canonical(one), Canonical(other)) == compare(Canonical(other), Canonical(one))


@hundreds
@given(one=BODIES, other=BODIES)
def test_what_has_no_differences_has_one_digest(one: Body, other: Body) -> None:
    """Bodies are put side by side where digests differ; both must say the same of equality."""
    same = compare(Canonical(one), Canonical(other)) == SAME

    assert same == (Canonical(one).digest() == Canonical(other).digest())


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        (1, 1.0, False),
        (True, 1, True),
        (False, 0, True),
        (None, False, True),
        (0, "0", True),
        ([], {}, True),
        (None, [], True),
        ([1, 2], [2, 1], True),
        ([True], [1], True),
        ({"a": 1}, {"a": 1.0}, False),
    ],
)
def test_values_are_compared_as_json(one: Json, other: Json, *, different: bool) -> None:
    """1 is 1.0 (RFC 8259, 6), but true is not 1."""
    assert bool(compare(Canonical({"x": one}), Canonical({"x": other})).different) is different


@pytest.mark.parametrize(
    ("one", "other", "pointers"),
    [
        ({"a": 1}, {}, ("/a",)),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 2, "d": 3}}, ("/a/b", "/a/d")),
        ({"a": [1, 2]}, {"a": [1]}, ("/a",)),
        ({"a": [1, [2]]}, {"a": [1, [3]]}, ("/a/1/0",)),
        ({"a/b": {"~": 1}}, {"a/b": {"~": 2}}, ("/a~1b/~0",)),
        ({"b": 1, "a": 1}, {"b": 2, "a": 2}, ("/a", "/b")),
        ({"a": {"b": 1}}, {"a": None}, ("/a",)),
    ],
)
def test_differences_are_places(one: Body, other: Body, pointers: tuple[str, ...]) -> None:
    """The deepest place that both sides have; values are not told (invariant 10)."""
    assert compare(Canonical(one), Canonical(other)).different == pointers


@pytest.mark.parametrize(
    ("other", "different"),
    [
        ([], "/id"),
        ([Reference("/id", WHOLE, Key("flow/other"))], "/id"),
        ([Reference("/id", WHOLE, Key("flow/etl")), Reference("/text", 0, Key("flow/etl"))], "/text"),
    ],
)
def test_references_that_differ_are_found(other: list[Reference], different: str) -> None:
    """The bodies are equal; what belongs into their holes is not."""
    one = Canonical({"id": None, "text": "x"}, (Reference("/id", WHOLE, Key("flow/etl")),))

    assert compare(one, Canonical(one.body, tuple(other))) == Comparison((different,), ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{ONE}{TWO}", f"{TWO}{ONE}"),
        (f"{ONE}{ONE}", ONE),
        (f"{ONE}{ONE}!", f"{ONE}!"),
        (f"{ONE}-{TWO}", f"{TWO}-{ONE}"),
    ],
)
def test_ids_that_change_places_are_a_difference(one: str, other: str) -> None:
    """Also where they stand side by side, so that all of them have one offset."""
    here, there = (take_out({"text": text}, KEYS_HERE.get).canonical for text in (one, other))

    assert compare(here, there) == compare(there, here) == Comparison(("/text",), ())


@hundreds
@given(one=TEXTS, other=TEXTS)
def test_texts_that_have_no_differences_have_one_digest(one: str, other: str) -> None:
    """Both must say the same of equality, however ids stand in a text."""
    here, there = (take_out({"text": text}, KEYS_HERE.get).canonical for text in (one, other))

    assert (compare(here, there) == SAME) == (here.digest() == there.digest()) == (one == other)


def test_a_mask_hides_what_is_inside_it() -> None:
    """A whole secret object may be shown as one mask."""
    comparison = compare(Canonical({"extra": {"pin": 1}, "b": 1}), Canonical({"extra": MASK, "b": 2}))

    assert comparison == Comparison(("/b",), ("/extra",))


@pytest.mark.parametrize("part", [MASK, {"pin": MASK}, {"user": "a", "pins": [MASK]}])
def test_a_masked_part_that_one_side_lacks_cannot_be_verified(part: Json) -> None:
    """It may have been created without, because nobody knew it."""
    whole, lacking = Canonical({"a": 1, "extra": part}), Canonical({"a": 1})
    (place,) = compare(whole, whole).unverifiable

    assert compare(whole, lacking) == compare(lacking, whole) == Comparison((), (place,))


def leaves(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where something stands that holds nothing else."""
    inner = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    for step, item in inner:
        yield from leaves(item, (*path, step))
    if path and not inner:
        yield path


def with_leaf(body: Body, path: tuple[str | int, ...], leaf: Json) -> Body:
    """A body with something else in one place."""
    changed: Any = deepcopy(body)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = leaf
    result: Body = changed
    return result


def test_a_part_that_does_not_count_is_left_out_of_a_comparison() -> None:
    """The place itself and what is inside of it, and nothing that only begins like it."""
    comparison = Comparison(different=("/a", "/a/0/b", "/ab", "/c/a"), unverifiable=("/a/x", "/d"))

    assert comparison.apart_from(["/a"]) == Comparison(different=("/ab", "/c/a"), unverifiable=("/d",))
    assert comparison.apart_from([]) == comparison
