"""A server's words are passed on without the values that it was sent."""

from hypothesis import given
from hypothesis import strategies as st

from migrator.kinds.discretion import WITHHELD, discreet

VALUES = st.text(st.characters(categories=["L", "N", "P"]), min_size=3, max_size=20)


def test_a_quoted_value_is_withheld() -> None:
    """Invariant 10: Prefect's validation quotes what it refuses."""
    told = "422 Validation failed for field 'image'. Failure reason: 'registry/s3cret' is not of type 'integer'"
    assert discreet(told, {"job_variables": {"image": "registry/s3cret"}}) == told.replace("registry/s3cret", WITHHELD)


def test_names_stay() -> None:
    """Or nobody would know what it is about."""
    assert discreet("409 'nightly' exists", {"name": "nightly"}, frozenset({"nightly"})) == "409 'nightly' exists"


def test_numbers_are_values() -> None:
    """A PIN is one."""
    assert discreet("422 123456 is not a string", {"data": {"pin": 123456}}) == f"422 {WITHHELD} is not a string"


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4), st.lists(st.sampled_from("abc "), max_size=9))
def test_no_value_gets_through(body: dict[str, str], words: list[str]) -> None:
    """Wherever it stands in a message, also in the midst of another value."""
    message = " ".join([*words, *body.values(), *words])
    told = discreet(message, {"data": [body]})
    assert not [value for value in body.values() if value in told.replace(WITHHELD, "\0")]
