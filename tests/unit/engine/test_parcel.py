"""The parcel: a canonical form and the whereabouts of its destination ids, sealed for one resource of one run."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from migrator.engine.parcel import Parcel, close_image, open_image, open_parcel
from migrator.engine.sealing import KEY_BYTES, Seal
from migrator.errors import RefusedError
from migrator.model.canonical import Body, Canonical, Reference
from migrator.model.keys import Key, key_of
from tests.unit.engine.json_documents import BODIES, TEXTS

SEAL = Seal(bytes(range(KEY_BYTES)))
KEYS = st.builds(key_of, st.sampled_from(["flow", "variable", "block-document"]), TEXTS)
REFERENCES = st.builds(Reference, pointer=TEXTS, offset=st.integers(-1, 10_000), key=KEYS)
CANONICALS = st.builds(Canonical, BODIES, st.lists(REFERENCES, max_size=4).map(tuple))
WHEREABOUTS = st.dictionaries(KEYS, st.integers(0, 2**32) | TEXTS, max_size=4)
PARCELS = st.builds(Parcel, CANONICALS, WHEREABOUTS)
RUNS = st.text("0123456789abcdef-", min_size=1, max_size=12)
RESOURCES = st.integers(0, 10_000_000)


@given(parcel=PARCELS, run=RUNS, resource=RESOURCES)
def test_a_parcel_opens_as_it_was_closed(parcel: Parcel, run: str, resource: int) -> None:
    """Body, holes in their order, and the whereabouts with their types: a number is no id."""
    opened = open_parcel(parcel.close(SEAL, run, resource), SEAL, run, resource)

    assert opened == parcel
    assert opened.canonical.digest() == parcel.canonical.digest()
    assert {key: type(where) for key, where in opened.whereabouts.items()} == {
        key: type(where) for key, where in parcel.whereabouts.items()
    }


@given(parcel=PARCELS, one=st.tuples(RUNS, RESOURCES), other=st.tuples(RUNS, RESOURCES))
def test_a_parcel_opens_for_its_own_resource_of_its_own_run_only(
    parcel: Parcel, one: tuple[str, int], other: tuple[str, int]
) -> None:
    """Nobody who can write to Redis can make a worker write one resource with the body of another."""
    assume(one != other)
    sealed = parcel.close(SEAL, *one)

    with pytest.raises(RefusedError):
        open_parcel(sealed, SEAL, *other)


@given(parcel=PARCELS, key=st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES))
def test_a_parcel_does_not_open_with_another_key(parcel: Parcel, key: bytes) -> None:
    """Invariant 10: no resource body is readable outside the two workspaces."""
    assume(key != SEAL.key)

    with pytest.raises(RefusedError):
        open_parcel(parcel.close(SEAL, "run", 1), Seal(key), "run", 1)


def test_a_sealed_parcel_holds_neither_names_nor_values() -> None:
    """Invariant 10: also the keys of what a body refers to say something about a workspace."""
    canonical = Canonical({"password": "hunter22", "flow_id": None}, (Reference("/flow_id", -1, Key("flow/nightly")),))
    sealed = Parcel(canonical, {Key("flow/nightly"): "0c7f-destination"}).close(SEAL, "run", 1)

    for word in (b"password", b"hunter22", b"flow", b"nightly", b"destination"):
        assert word not in sealed


@given(image=BODIES, one=st.tuples(RUNS, RESOURCES), other=st.tuples(RUNS, RESOURCES))
def test_an_image_opens_for_its_own_resource_of_its_own_run_only(
    image: Body, one: tuple[str, int], other: tuple[str, int]
) -> None:
    """Invariant 15: a rollback restores what this very resource was."""
    assume(one != other)
    sealed = close_image(image, SEAL, *one)

    assert open_image(sealed, SEAL, *one) == image
    with pytest.raises(RefusedError):
        open_image(sealed, SEAL, *other)


@given(parcel=PARCELS, image=BODIES, run=RUNS, resource=RESOURCES)
def test_an_image_is_no_parcel_and_a_parcel_no_image(parcel: Parcel, image: Body, run: str, resource: int) -> None:
    """What was to be written is never restored, and what was before is never written as new."""
    with pytest.raises(RefusedError):
        open_image(parcel.close(SEAL, run, resource), SEAL, run, resource)
    with pytest.raises(RefusedError):
        open_parcel(close_image(image, SEAL, run, resource), SEAL, run, resource)


def test_a_sealed_image_holds_neither_fields_nor_values() -> None:
    """Invariant 10."""
    sealed = close_image({"before": {"password": "hunter22"}, "after": {"password": "hunter23"}}, SEAL, "run", 1)

    assert not [word for word in (b"password", b"hunter", b"before", b"after") if word in sealed]
