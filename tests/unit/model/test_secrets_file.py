"""The file of secrets: how its fields and lines are spelled."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migrator.model.canonical import pointer_of
from migrator.model.secrets_file import field_of, lines_for, places_named, template

#: Control characters apart, which YAML has its own ideas of.
NAMES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=200)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda path: pointer_of(["data", *path]))


@pytest.mark.parametrize(
    ("pointer", "field"),
    [
        ("/data/password", "password"),
        ("/data/auth/password", "auth.password"),
        ("/data/headers/a~1b", "headers.a/b"),
        ("/data/headers/x.y", "/data/headers/x.y"),
        ("/data/", "/data/"),
    ],
)
def test_a_field_is_a_dotted_path_where_that_says_it(pointer: str, field: str) -> None:
    """A name with a dot in it is written as plan prints it."""
    assert field_of(pointer) == field


def test_a_field_may_be_written_either_way() -> None:
    """As a dotted path, also through names with dots, and as a JSON pointer."""
    masks = ("/data/headers/x.y", "/data/headers/z")

    assert places_named("headers.x.y", masks) == places_named("/data/headers/x.y", masks) == ["/data/headers/x.y"]
    assert places_named("headers", masks) == []


@given(pointer=PATHS)
def test_a_field_means_the_place_it_was_made_for(pointer: str) -> None:
    """Whatever its steps are called."""
    assert pointer in places_named(field_of(pointer), [pointer])


def test_lines_stand_in_a_sentence() -> None:
    """One after another, each with room for its value."""
    assert lines_for(("/data/password", "/data/a: b/c")) == "password: VALUE, 'a: b.c': VALUE"


def test_a_template_looks_like_what_people_write() -> None:
    """Ready for its values."""
    missing = {"block-document/secret/token": ["/data/value"], "block-document/webhook/a#2": ["/data/url", "/data/x"]}

    assert template(missing) == ("block-document/secret/token:\n  value:\nblock-document/webhook/a#2:\n  url:\n  x:\n")


@given(missing=st.dictionaries(NAMES, st.lists(PATHS, min_size=1, max_size=2, unique_by=field_of), max_size=3))
def test_a_template_says_every_key_and_field_as_it_is(missing: dict[str, list[str]]) -> None:
    """Whatever a user has called things: it reads back as what was missing."""
    read = yaml.compose(template(missing), Loader=yaml.SafeLoader)
    assert read is not None
    spelled = {key.value: [field.value for field, _ in fields.value] for key, fields in read.value}

    assert spelled == {key: [field_of(pointer) for pointer in pointers] for key, pointers in missing.items()}
