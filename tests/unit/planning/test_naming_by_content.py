"""Anonymous block documents: named by their content, without secrets."""

from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds.block_document import BLOCK_DOCUMENT
from migrator.model.canonical import Body
from migrator.model.keys import Key
from migrator.planning.naming import NOTHING, Naming
from tests.unit import rows
from tests.unit.planning.workspaces import Listed, Workspace, listed

OUTER, INNER = rows.an_id(0xF01), rows.an_id(0xF02)
AROUND: list[Listed] = [("block-type", rows.BLOCK_TYPE), ("block-schema", rows.BLOCK_SCHEMA)]
SECRETS = st.fixed_dictionaries(
    {"password": st.text(max_size=3), "extra": st.dictionaries(st.text(max_size=2), st.text(max_size=2), max_size=2)}
)
OPEN = st.fixed_dictionaries({"user": st.sampled_from(["a", "b"]), "port": st.sampled_from([1, 2])})


def test_an_anonymous_document_is_named_by_type_and_content() -> None:
    """`block-document/<slug>/anonymous-<digest>`."""
    kind, slug, name = key({"user": "a"}).split("/")

    assert (kind, slug) == ("block-document", "warehouse-credentials")
    assert name.startswith("anonymous-")
    assert len(name) == len("anonymous-") + 32


@settings(max_examples=200)
@given(one=SECRETS, other=SECRETS, data=OPEN)
def test_a_secret_has_no_part_in_the_name(one: Body, other: Body, data: Body) -> None:
    """Invariant 10: keys are printed; and a rotated password does not make another document of it."""
    assert key({**data, **one}) == key({**data, **other})


@settings(max_examples=200)
@given(one=OPEN, other=OPEN, secrets=SECRETS)
def test_everything_else_has(one: Body, other: Body, secrets: Body) -> None:
    """Other content is another document."""
    assert (key({**one, **secrets}) == key({**other, **secrets})) == (one == other)


def test_the_name_that_a_server_gave_says_nothing() -> None:
    """It is `anonymous-<uuid>`, another one on each server."""
    assert named(anonymous(OUTER, name="anonymous-1")) == named(anonymous(OUTER, name="anonymous-2"))


def test_documents_that_differ_in_secrets_only_are_numbered() -> None:
    """By age on the source."""
    keys = named(anonymous(OUTER, {"password": "x"}, age=2), anonymous(INNER, {"password": "y"}, age=1))

    assert keys[OUTER] == f"{keys[INNER]}#2"


def test_documents_that_differ_in_secrets_only_are_paired_by_secrets() -> None:
    """What is equal is the same, although the destination's are of another age."""
    source = naming(anonymous(OUTER, {"password": "x"}, age=1), anonymous(INNER, {"password": "y"}, age=2))
    moved = naming(
        anonymous("there-y", {"password": "y"}, age=1), anonymous("there-x", {"password": "x"}, age=2), like=source
    )

    assert moved.key_of_id["there-x"] == source.key_of_id[OUTER]
    assert moved.key_of_id["there-y"] == source.key_of_id[INNER]


@pytest.mark.parametrize("age", [1, 3])
def test_a_document_that_holds_an_anonymous_one_is_named_by_that_ones_content(age: int) -> None:
    """Whichever of the two is read first; the held one's secrets have no part in it."""
    held = [{"user": "a", "password": "x"}, {"user": "a", "password": "y"}, {"user": "b", "password": "x"}]
    names = [named(holder(age), anonymous(INNER, data, age=2))[OUTER] for data in held]

    assert names[0] == names[1] != names[2]


def test_the_name_of_a_holder_does_not_depend_on_ages() -> None:
    """The held one is named when it is needed."""
    inner = anonymous(INNER, age=2)

    assert named(holder(1), inner) == named(holder(3), inner)


def test_a_chain_of_anonymous_documents_is_named_from_its_end() -> None:
    """Each holds the next; a change at the end changes every name."""
    ids = [rows.an_id(0xF10 + number) for number in range(5)]
    holders = [anonymous(one, holds=other) for one, other in pairwise(ids)]
    before, after = (named(*holders, anonymous(ids[-1], {"user": user})) for user in "ab")

    assert not {before[known] for known in ids} & {after[known] for known in ids}


def anonymous(known: str, data: Body | None = None, *, name: str = "-", age: int = 1, holds: str = "") -> Body:
    """An anonymous document, which may hold another one."""
    return {
        **rows.BLOCK_DOCUMENT,
        "id": known,
        "name": name,
        "created": f"{2000 + age}",
        "is_anonymous": True,
        "data": data or {},
        "block_document_references": {"inner": {"block_document": {"id": holds}}} if holds else {},
    }


def holder(age: int) -> Body:
    """An anonymous document that holds another anonymous one."""
    return anonymous(OUTER, age=age, holds=INNER)


def naming(*documents: Body, like: Naming = NOTHING) -> Naming:
    """A workspace with some documents."""
    return Workspace([*AROUND, *listed(BLOCK_DOCUMENT, *documents)]).named(like)


def named(*documents: Body) -> Mapping[str, Key]:
    """What documents are called, by their ids."""
    return naming(*documents).key_of_id


def key(data: Body) -> Key:
    """What an anonymous document of some content is called."""
    return named(anonymous(OUTER, data))[OUTER]
