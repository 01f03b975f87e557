"""Naming: what belongs together has one key on both sides, whatever their ids, their order and their age."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds import KINDS, kind_named
from migrator.kinds.block_document import BLOCK_DOCUMENT
from migrator.kinds.block_schema import BLOCK_SCHEMA
from migrator.kinds.work_queue import WORK_QUEUE
from migrator.model.inventory import Inventory
from migrator.model.keys import Key
from migrator.planning.naming import NOTHING
from tests.unit import rows
from tests.unit.planning.workspaces import Listed, Workspace, listed, on_another_server

OTHER_SCHEMA_ID, ANONYMOUS_ID, HOLDER_ID, TWIN_ID = (rows.an_id(0xF00 + number) for number in range(4))
ANONYMOUS = {**rows.BLOCK_DOCUMENT, "id": ANONYMOUS_ID, "is_anonymous": True, "name": "anonymous-1"}
HOLDER = {
    **ANONYMOUS,
    "id": HOLDER_ID,
    "block_document_references": {"inner": {"block_document": {"id": ANONYMOUS_ID}}},
}
WORKSPACE: Sequence[Listed] = [
    *rows.ROWS.items(),
    *listed(WORK_QUEUE, rows.DEFAULT_QUEUE),
    *listed(BLOCK_SCHEMA, {**rows.BLOCK_SCHEMA, "id": OTHER_SCHEMA_ID, "version": "2.0", "created": "2027"}),
    *listed(BLOCK_DOCUMENT, ANONYMOUS, HOLDER),
    ("automation", {**rows.AUTOMATION, "id": TWIN_ID, "description": "the younger one", "created": "2027"}),
]
IDS = [*rows.KEYS, OTHER_SCHEMA_ID, ANONYMOUS_ID, HOLDER_ID, TWIN_ID]
THERE = {known: rows.an_id(0xF00000 - number) for number, known in enumerate(IDS)}
SOURCE = Workspace(WORKSPACE)
NAMES = SOURCE.named()
QUEUE_NAMES = st.permutations(["main", "default", "standard"]).map(lambda names: names[:2])


def test_rows_have_the_keys_that_their_names_make() -> None:
    """Each kind's natural key; a deployment's begins with its flow's name."""
    assert {known: NAMES.key_of_id[known] for known in rows.KEYS} == rows.KEYS


def test_rows_are_named_in_the_order_of_kinds() -> None:
    """Reports and plans follow it, also for what gets its name last: anonymous documents, namesakes."""
    positions = [KINDS.index(kind_named(key)) for key in NAMES.places]

    assert positions == sorted(positions)
    assert list(SOURCE.inventory().resources) == list(NAMES.places)


def test_every_row_has_a_key_and_every_key_a_row() -> None:
    """Invariant 1: nothing is lost by being named."""
    assert NAMES.key_of_id.keys() == {*IDS, "default"}
    assert {*NAMES.key_of_id.values()} == NAMES.places.keys()


@settings(max_examples=200)
@given(
    order=st.permutations(range(len(WORKSPACE))),
    ages=st.lists(st.integers(0, 5), min_size=len(WORKSPACE), max_size=len(WORKSPACE)),
)
def test_two_servers_with_the_same_content_use_the_same_keys(order: list[int], ages: list[int]) -> None:
    """Ids differ, lists come in another order, and everything was created at another time."""
    moved = on_another_server(WORKSPACE, THERE)
    there = Workspace([(moved[n][0], {**moved[n][1], "created": f"2030-{ages[n]}"}) for n in order])
    names = there.named(NAMES)

    assert {known: names.key_of_id[THERE[known]] for known in IDS} == {known: NAMES.key_of_id[known] for known in IDS}


def test_two_servers_with_the_same_content_have_the_same_inventory() -> None:
    """The keys are called alike, so the canonical forms are equal, and a second run has nothing to do."""
    there = Workspace(on_another_server(WORKSPACE[::-1], THERE)).inventory(NAMES)

    assert compared_digests(there) == compared_digests(SOURCE.inventory())


def test_versions_of_one_schema_share_a_key() -> None:
    """Any version of a checksum satisfies; documents of either refer to the same key, and the eldest goes along."""
    assert NAMES.key_of_id[OTHER_SCHEMA_ID] == NAMES.key_of_id[rows.SCHEMA_ID]
    places = [place for key, place in NAMES.places.items() if key.startswith("block-schema/")]
    assert [SOURCE.listed[place][1]["id"] for place in places] == [rows.SCHEMA_ID]


@pytest.mark.parametrize(
    ("here", "there", "key"),
    [
        ("standard", "default", "work-queue/kubernetes/standard"),
        ("default", "standard", "work-queue/kubernetes/default"),
        ("default", "default", "work-queue/kubernetes/default"),
    ],
)
def test_a_default_queue_is_called_what_the_source_calls_it(here: str, there: str, key: str) -> None:
    """It is known by its role, so it is the same queue although one side has renamed it."""
    source = pool_with(default=here)
    destination = Workspace(on_another_server(pool_with(default=there), THERE)).named(Workspace(source).named())

    assert destination.key_of_id[THERE[rows.DEFAULT_QUEUE_ID]] == key
    assert destination.key_of_id[THERE[rows.QUEUE_ID]] == "work-queue/kubernetes/urgent"


def test_a_namesake_of_a_default_queue_has_a_key_of_its_own() -> None:
    """Invariant 1: what the source calls the default queue, the destination calls another one."""
    source = Workspace(pool_with(default="main")).named()
    rows_there = on_another_server(pool_with(default="default", other="main"), THERE)
    keys = Workspace(rows_there).named(source).key_of_id

    assert keys[THERE[rows.DEFAULT_QUEUE_ID]] == "work-queue/kubernetes/main"
    assert keys[THERE[rows.QUEUE_ID]] == "work-queue/kubernetes/main#2"


@settings(max_examples=100)
@given(here=QUEUE_NAMES, there=QUEUE_NAMES, ages=st.permutations([2001, 2002]))
def test_queues_never_share_a_key(here: Sequence[str], there: Sequence[str], ages: Sequence[int]) -> None:
    """Invariant 1: whatever either side calls its default queue and the others, and whichever is older."""
    source, destination = Workspace(pool_with(*here)), Workspace(aged(pool_with(*there), ages))
    names = destination.named(source.named())

    assert names.default_queues == source.named().default_queues
    assert sorted(names.key_of_id.values()) == sorted(names.places)


def test_a_default_queue_of_a_pool_that_the_source_lacks_keeps_its_name() -> None:
    """There is nothing to call it after."""
    assert Workspace(pool_with(default="main")).named(NOTHING).default_queues == {
        "work-pool/kubernetes": "work-queue/kubernetes/main"
    }


def test_a_deployment_whose_flow_is_not_listed_still_has_a_key() -> None:
    """Invariant 1: it is reported as a problem, and not lost."""
    naming = Workspace([("deployment", rows.DEPLOYMENT)]).named()

    assert naming.key_of_id[rows.DEPLOYMENT_ID] == f"deployment/{rows.FLOW_ID}/nightly"


def compared_digests(inventory: Inventory) -> dict[Key, str]:
    """By key, the digest of what is compared by content."""
    return {key: found.digest for key, found in inventory.resources.items() if kind_named(key).compared}


def aged(listed: list[Listed], years: Sequence[int]) -> list[Listed]:
    """The last rows, created in some years."""
    older = [(kind, {**body, "created": str(year)}) for (kind, body), year in zip(listed[-2:], years, strict=True)]
    return [*listed[:-2], *older]


def pool_with(default: str, other: str = "urgent") -> list[Listed]:
    """A pool with a default queue of some name, and another queue."""
    queues = listed(WORK_QUEUE, {**rows.DEFAULT_QUEUE, "name": default}, {**rows.WORK_QUEUE, "name": other})
    return [("work-pool", rows.WORK_POOL), *queues]
