"""Keys: the names by which resources are known on both sides."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from migrator.model.keys import Key, key_of, kind_of, names_of, numbered, unnumbered

KINDS = st.sampled_from(["flow", "deployment", "work-queue"])
NAMES = st.text(max_size=8) | st.text("a/%#*?[2F\n\x1b", max_size=6)
NATURAL_KEYS = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
NUMBERS = st.integers(1, 999)

many = settings(max_examples=200)


@many
@given(kind=KINDS, names=NATURAL_KEYS, number=NUMBERS)
def test_a_key_says_what_it_was_made_of(kind: str, names: tuple[str, ...], number: int) -> None:
    """Kind and names come back, whatever characters the names hold, and whatever the number."""
    key = numbered(key_of(kind, *names), number)

    assert (kind_of(key), names_of(key)) == (kind, names)


@many
@given(one=st.tuples(KINDS, NATURAL_KEYS, NUMBERS), other=st.tuples(KINDS, NATURAL_KEYS, NUMBERS))
def test_different_resources_never_share_a_key(
    one: tuple[str, tuple[str, ...], int], other: tuple[str, tuple[str, ...], int]
) -> None:
    """Invariant 1: two resources under one key would be counted, and carried, as one."""
    assume(one != other)
    keys = {numbered(key_of(kind, *names), number) for kind, names, number in (one, other)}

    assert len(keys) == 2


@many
@given(names=NATURAL_KEYS, number=NUMBERS)
def test_a_number_comes_off_again(names: tuple[str, ...], number: int) -> None:
    """Namesakes share the natural key."""
    key = key_of("automation", *names)

    assert unnumbered(numbered(key, number)) == key


@given(name=NAMES)
def test_no_reserved_character_is_left_in_a_name(name: str) -> None:
    """Patterns match on `/ * ? [`, numbers follow `#`, `%` begins an encoded character, and a key is one line."""
    rest = re.sub("%[0-9A-F]{2}", "", key_of("flow", name).removeprefix("flow/"))

    assert re.search(r"[/%#*?\[\x00-\x1f\x7f]", rest) is None


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (("etl", "nightly"), "deployment/etl/nightly"),
        (("ETL / hourly", "50%"), "deployment/ETL %2F hourly/50%25"),
        (("#1*", "a?[b]"), "deployment/%231%2A/a%3F%5Bb]"),
        (("Köln", "später"), "deployment/Köln/später"),
        (("", ""), "deployment//"),
        (("one\nline", "\x1b[2J\x7f"), "deployment/one%0Aline/%1B%5B2J%7F"),
    ],
)
def test_a_key_is_written_as_the_design_says(names: tuple[str, ...], key: str) -> None:
    """Only `/ % # * ? [` and control characters are percent-encoded; all else is as people wrote it."""
    assert key_of("deployment", *names) == key


@pytest.mark.parametrize(("number", "key"), [(1, "automation/a"), (2, "automation/a#2"), (30, "automation/a#30")])
def test_the_first_of_namesakes_has_no_number(number: int, key: str) -> None:
    """A name that is not shared is the key."""
    assert numbered(Key("automation/a"), number) == key
