"""Naming: a name that holds an id holds another one on the other side, and is the same name."""

from collections.abc import Sequence

from migrator.kinds import KINDS
from migrator.model.canonical import Body
from tests.unit import rows
from tests.unit.planning.workspaces import Listed, Workspace, on_another_server

THERE = {known: rows.an_id(0xF00000 - number) for number, known in enumerate(rows.KEYS)}
#: Whose id the name of each kind's row is made to hold; an automation can be renamed, and hold its own.
HELD = {
    "variable": rows.DEPLOYMENT_ID,
    "concurrency-limit": rows.FLOW_ID,
    "tag-limit": rows.SEARCH_ID,
    "work-pool": rows.DOCUMENT_ID,
    "work-queue": rows.POOL_ID,
    "flow": rows.DOCUMENT_ID,
    "deployment": rows.QUEUE_ID,
    "saved-search": rows.AUTOMATION_ID,
    "automation": rows.AUTOMATION_ID,
}


def _named_after(kind: str, row: Body) -> Body:
    field = "tag" if kind == "tag-limit" else "name"
    named = {**row, field: f"of {HELD[kind]}"} if kind in HELD else row
    pool = {"work_pool_name": f"of {HELD['work-pool']}", "work_queue_name": f"of {HELD['work-queue']}"}
    return {**named, **{name: value for name, value in pool.items() if name in row}}


WORKSPACE: Sequence[Listed] = [
    *((kind, _named_after(kind, row)) for kind, row in rows.ROWS.items()),
    ("work-queue", {**rows.DEFAULT_QUEUE, "work_pool_name": f"of {HELD['work-pool']}"}),
]
SOURCE = Workspace(WORKSPACE)


def test_an_id_in_a_name_is_spelled_as_a_key() -> None:
    """Also when what it belongs to is of a kind that is named later."""
    keys = SOURCE.named().key_of_id

    assert keys[rows.AUTOMATION_ID] == "automation/of …"
    assert keys[rows.SEARCH_ID] == "saved-search/of automation%2Fof …"
    assert keys[rows.POOL_ID] == "work-pool/of block-document%2Fwarehouse-credentials%2Fanalytics"
    assert keys[rows.DEFAULT_QUEUE_ID] == f"work-queue/{keys[rows.POOL_ID].partition('/')[2]}/standard"


def test_both_sides_use_the_same_keys_and_hold_the_same() -> None:
    """Else a second run would create all of it again; automations, which have no unique name, every time."""
    there = Workspace(on_another_server(WORKSPACE[::-1], THERE)).inventory(SOURCE.named())
    here = SOURCE.inventory()

    assert there.resources.keys() == here.resources.keys()
    assert {found.digest for found in there.resources.values()} == {found.digest for found in here.resources.values()}


def test_what_a_name_stands_for_is_found_by_it() -> None:
    """Invariant 2: a deployment needs the pool and the queue that it names, ids in their names or not."""
    inventory = SOURCE.inventory().resources
    keys = SOURCE.named().key_of_id

    assert {keys[rows.POOL_ID], keys[rows.QUEUE_ID]} <= set(inventory[keys[rows.DEPLOYMENT_ID]].needs)
    assert keys[rows.POOL_ID] in inventory[keys[rows.DEFAULT_QUEUE_ID]].needs
    assert all(need in inventory for found in inventory.values() for need in found.needs)


def test_every_kind_with_a_free_name_is_tried() -> None:
    """Block types, schemas and documents have slugs, checksums and names of a few characters; the storage has none."""
    assert {kind.name for kind in KINDS} - HELD.keys() == {
        "block-type",
        "block-schema",
        "block-document",
        "result-storage",
    }
