"""Namesakes: which of several automations of one name belongs to which of the other side."""

from collections import Counter
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds.automation import AUTOMATION
from migrator.model.canonical import Canonical
from migrator.planning.differences import Comparison, compare
from migrator.planning.naming import NOTHING, Naming
from tests.unit.planning.workspaces import Workspace, listed
from tests.unit.rows import AUTOMATION as ROW

CONTENTS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=5)


def test_namesakes_are_numbered_by_age() -> None:
    """The eldest has the bare name; the order of the list says nothing."""
    young, old, middle = automation("y", 3), automation("o", 1), automation("m", 2)

    assert numbers([young, old, middle]) == {"o": "", "m": "#2", "y": "#3"}


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        (["one", "two"], ["two", "one"], {"two": "#2", "one": ""}),
        (["one", "two"], ["two"], {"two": "#2"}),
        (["one", "two"], ["new", "two", "one"], {"two": "#2", "one": "", "new": "#3"}),
        (["one"], ["new", "newer", "one"], {"one": "", "new": "#2", "newer": "#3"}),
        ([], ["new", "newer"], {"new": "", "newer": "#2"}),
    ],
)
def test_identical_content_comes_first(here: list[str], there: list[str], expected: dict[str, str]) -> None:
    """Whatever their ages: what is equal is the same, and what is new gets the numbers that are left."""
    assert numbers(aged(there), like=named(aged(here))) == expected


def test_identical_ones_are_not_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands may be alike; two by two they would take hours."""
    compared: list[Canonical] = []

    def counted(one: Canonical, other: Canonical) -> Comparison:
        compared.append(one)
        return compare(one, other)

    monkeypatch.setattr("migrator.planning.twins.compare", counted)
    here = aged(["one", "two"] * 50)

    assert named(here[::-1], like=named(here)).key_of_id == named(here).key_of_id
    assert compared == []


def test_then_come_the_fewest_differences() -> None:
    """One that was edited at the destination is still recognised by all that was not."""
    here = named([automation("one", 1, tags=["x"]), automation("two", 2, tags=["y"], enabled=False)])
    edited = automation("edited", 1, tags=["y"], enabled=False)

    assert numbers([edited, automation("other", 2, tags=["x"])], like=here) == {"edited": "#2", "other": ""}


def test_an_identical_one_is_not_taken_by_one_that_is_only_close() -> None:
    """Identity is decided for all before likeness is for any."""
    here = named(aged(["one"]))

    assert numbers(aged(["close", "one"]), like=here) == {"one": "", "close": "#2"}


def test_then_comes_age() -> None:
    """Two that are equally unlike: the elder belongs to the elder."""
    here = named([automation("one", 1), automation("two", 2)])

    assert numbers([automation("b", 2), automation("a", 1)], like=here) == {"a": "", "b": "#2"}


@settings(max_examples=200)
@given(here=CONTENTS, there=CONTENTS)
def test_numbers_are_given_once_and_identical_ones_always_meet(here: list[str], there: list[str]) -> None:
    """As many pairs of equals as there can be, and no number twice."""
    source, destination = named(aged(here)), named(aged(there, start=100), like=named(aged(here)))
    contents_here, contents_there = contents(source, here, 0), contents(destination, there, 100)
    meeting = [key for key, content in contents_there.items() if contents_here.get(key) == content]

    assert len(contents_there) == len(there)
    assert len(meeting) == (Counter(here) & Counter(there)).total()


@settings(max_examples=200)
@given(here=CONTENTS, there=CONTENTS)
def test_numbers_have_gaps_only_where_the_source_has_more(here: list[str], there: list[str]) -> None:
    """The destination's numbers are the source's as far as they go, then the next ones."""
    found = named(aged(there), like=named(aged(here))).places
    given_numbers = sorted(int(key.partition("#")[2] or 1) for key in found)

    assert given_numbers[len(here) :] == list(range(len(here) + 1, len(there) + 1))
    assert max(given_numbers, default=0) <= max(len(here), len(there))


def automation(description: str, age: int, **fields: object) -> dict[str, object]:
    """An automation of the one name."""
    return {**ROW, "id": f"id-{age}", "created": f"{2000 + age}", "description": description, "tags": [], **fields}


def aged(descriptions: Iterable[str], start: int = 0) -> list[dict[str, object]]:
    """Automations of the one name, eldest first."""
    return [automation(description, start + age) for age, description in enumerate(descriptions)]


def named(rows: list[dict[str, object]], like: Naming = NOTHING) -> Naming:
    """A workspace that holds nothing else."""
    return Workspace(listed(AUTOMATION, *rows)).named(like)


def numbers(rows: list[dict[str, object]], like: Naming = NOTHING) -> Mapping[str, str]:
    """By description, the number with which each is called."""
    keys = named(rows, like).key_of_id
    return {str(row["description"]): keys[str(row["id"])].removeprefix(f"automation/{ROW['name']}") for row in rows}


def contents(naming: Naming, descriptions: list[str], start: int) -> Mapping[str, str]:
    """By key, the description."""
    return {naming.key_of_id[f"id-{start + age}"]: content for age, content in enumerate(descriptions)}
