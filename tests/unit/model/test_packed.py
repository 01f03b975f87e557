"""Packed records, and degrees: they take less room than what they stand for, and are no different."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.model.degrees import Degrees
from migrator.model.keys import Key
from migrator.model.packed import PackedDict, Packing
from migrator.model.plan import Action, PlannedResource

RECORDS = st.builds(
    PlannedResource,
    key=st.sampled_from("abc").map(Key),
    action=st.sampled_from(Action),
    source_id=st.text(max_size=2),
    live=st.none() | st.booleans(),
    warnings=st.lists(st.text(max_size=2), max_size=2).map(tuple),
    begun=st.booleans(),
)


@given(records=st.lists(RECORDS, max_size=5))
def test_what_is_packed_comes_out_again(records: list[PlannedResource]) -> None:
    """In order, and as in any other mapping: the last one of a key counts."""
    packed, plain = PackedDict(Packing(PlannedResource)), dict[Key, PlannedResource]()
    for record in records:
        packed[record.key] = plain[record.key] = record

    assert list(packed.items()) == list(plain.items())
    assert list(packed.in_order()) == list(plain.values())
    assert list(packed.in_order()[1:]) == list(plain.values())[1:]
    assert list(packed.only({Key("a")})) == [key for key in plain if key == "a"]


@given(changes=st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 3)), max_size=20))
def test_degrees_are_a_mapping(changes: list[tuple[int, int | None]]) -> None:
    """Nodes may come in any order, and go."""
    degrees, plain = Degrees(), dict[int, int]()
    for node, waits in changes:
        for mapping in (degrees, plain):
            if waits is None:
                mapping.pop(node, None)
            else:
                mapping[node] = waits

    assert degrees == plain
    assert len(degrees) == len(plain)


@pytest.mark.parametrize("node", [-1, 1, 7])
def test_a_node_without_work_has_no_degree(node: int) -> None:
    """Whether it is between others or beyond them."""
    degrees = Degrees()
    degrees[0] = degrees[2] = 1
    found: Mapping[int, int] = degrees

    assert node not in found
    with pytest.raises(KeyError):
        found[node]
