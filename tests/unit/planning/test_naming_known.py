"""Naming what has been named before: it keeps its name, whatever others are called by now."""

from collections.abc import Mapping, Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds.automation import AUTOMATION
from migrator.kinds.block_schema import BLOCK_SCHEMA
from migrator.kinds.flow import FLOW
from migrator.kinds.variable import VARIABLE
from migrator.kinds.work_queue import WORK_QUEUE
from migrator.model.canonical import Body
from migrator.model.keys import Key, unnumbered
from migrator.planning.naming import Naming
from tests.unit import rows
from tests.unit.planning.workspaces import Listed, Workspace, listed

NAMES = st.sampled_from(["x", "y", "z"])
TWINS = st.lists(NAMES, max_size=5)
many = settings(max_examples=150)


def test_what_was_renamed_keeps_its_key() -> None:
    """Invariant 15: the ledger knows it by that, and by its id."""
    assert naming([variable(1, "renamed")], {"id-1": Key("variable/old")}).key_of_id == {"id-1": "variable/old"}


def test_a_stranger_with_the_old_name_gets_another_key() -> None:
    """Invariant 6: it is not taken for what the run has written; whichever is older."""
    known = {"id-2": Key("variable/old")}
    named = naming([variable(1, "old"), variable(2, "renamed")], known)

    assert named.key_of_id == {"id-2": "variable/old", "id-1": "variable/old#2"}


def test_strangers_avoid_all_keys_that_are_known() -> None:
    """Invariant 1: none is lost under a number that was given before."""
    known = {"id-1": Key("work-queue/kubernetes/main"), "id-2": Key("work-queue/kubernetes/main#2")}
    queues = [queue(1, "default"), queue(2, "renamed"), queue(3, "main")]

    assert naming(queues, known).key_of_id == {**known, "id-3": "work-queue/kubernetes/main#3"}


def test_automations_of_one_name_keep_their_numbers() -> None:
    """Also when the elder one is gone, and a younger one has come that is older than both."""
    known = {"id-5": Key("automation/x"), "id-7": Key("automation/x#2")}

    assert naming([automation(5, "x"), automation(7, "x")], known).key_of_id == known
    assert naming([automation(7, "x")], known).key_of_id["id-7"] == "automation/x#2"
    assert naming([automation(7, "x"), automation(3, "x"), automation(5, "x")], known).key_of_id == {
        **known,
        "id-3": "automation/x#3",
    }


def test_an_anonymous_document_that_has_changed_keeps_its_key() -> None:
    """It was named by the content that it had."""
    key = Key("block-document/warehouse-credentials/anonymous-1")
    row = {**rows.BLOCK_DOCUMENT, "is_anonymous": True, "data": {"user": "another"}}

    assert Workspace([("block-document", row)]).named(known={rows.DOCUMENT_ID: key}).places.keys() == {key}


def test_any_version_of_a_schema_has_the_schemas_key() -> None:
    """The run knows one of them; documents refer to either."""
    other = {**rows.BLOCK_SCHEMA, "id": "id-1", "version": "2.0", "created": "2000"}
    known = {rows.SCHEMA_ID: rows.KEYS[rows.SCHEMA_ID]}
    workspace = Workspace(listed(BLOCK_SCHEMA, other, rows.BLOCK_SCHEMA))
    named = workspace.named(known=known)

    assert named.key_of_id["id-1"] == rows.KEYS[rows.SCHEMA_ID]
    assert [workspace.listed[place][1] for place in named.places.values()] == [rows.BLOCK_SCHEMA]


def test_what_a_name_is_made_of_is_the_known_one() -> None:
    """A deployment's key begins with what its flow was called."""
    workspace = Workspace([*listed(FLOW, rows.FLOW), ("deployment", rows.DEPLOYMENT)])

    assert workspace.named(known={rows.FLOW_ID: Key("flow/before")}).key_of_id[rows.DEPLOYMENT_ID] == (
        "deployment/before/nightly"
    )


def test_an_id_that_is_gone_is_still_called_what_it_was() -> None:
    """What refers to it is read as it was when the run left it."""
    named = naming([], {"id-1": Key("variable/gone")})

    assert (named.key_of_id, named.places) == ({"id-1": "variable/gone"}, {})


@many
@given(before=TWINS, after=TWINS, seed=st.integers(0, 2**32))
def test_known_ones_keep_their_keys_and_strangers_never_take_them(
    before: Sequence[str], after: Sequence[str], seed: int
) -> None:
    """Invariants 1 and 6: of automations that are renamed, removed and added, each has a key of its own."""
    random = Random(seed)  # noqa: S311 - a seed that Hypothesis draws and repeats
    known = dict(naming([automation(age, name) for age, name in enumerate(before, start=10)]).key_of_id)
    kept = [age for age in range(10, 10 + len(before)) if random.random() < 0.7]
    strangers = [(random.choice([age, age + 20]), name) for age, name in enumerate(after)]
    all_now = [*((age, random.choice("xyz")) for age in kept), *strangers]
    now = naming([automation(age, name) for age, name in all_now], known)

    assert {f"id-{age}": now.key_of_id[f"id-{age}"] for age in kept} == {
        f"id-{age}": known[f"id-{age}"] for age in kept
    }
    assert len(now.places) == len(all_now)
    assert {now.key_of_id[f"id-{age}"] for age, _ in strangers}.isdisjoint(known[f"id-{age}"] for age in kept)
    assert all(unnumbered(now.key_of_id[f"id-{age}"]) == f"automation/{name}" for age, name in strangers)
    assert all(now.key_of_id[f"id-{age}"].count("#") <= 1 for age, _ in all_now)


@many
@given(names=TWINS)
def test_what_is_named_again_is_named_alike(names: Sequence[str]) -> None:
    """Nothing has changed, so no key has."""
    there = [automation(age, name) for age, name in enumerate(names)]
    first = naming(there)

    assert naming(there[::-1], first.key_of_id).key_of_id == first.key_of_id


def naming(there: Sequence[Listed], known: Mapping[str, Key] | None = None) -> Naming:
    """What a workspace's ids are called."""
    return Workspace(there).named(known=known or {})


def automation(age: int, name: str) -> Listed:
    """An automation of some name, which differs from others."""
    return AUTOMATION.name, made(rows.AUTOMATION, age, name, description=f"{age}")


def variable(age: int, name: str) -> Listed:
    """A variable of some name."""
    return VARIABLE.name, made(rows.VARIABLE, age, name)


def queue(age: int, name: str) -> Listed:
    """A queue of some name."""
    return WORK_QUEUE.name, made(rows.WORK_QUEUE, age, name)


def made(row: Body, age: int, name: str, **fields: object) -> Body:
    """A row with another id, which the younger ones have later."""
    return {**row, "id": f"id-{age}", "created": str(2000 + age), "name": name, **fields}
