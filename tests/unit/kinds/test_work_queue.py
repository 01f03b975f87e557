"""Work queues: the default queue by its role, priorities that displace nobody."""

import pytest
from prefect.server.schemas.actions import WorkQueueCreate, WorkQueueUpdate

from migrator.kinds.kind import Change
from migrator.kinds.work_pool import WORK_POOL
from migrator.kinds.work_queue import WORK_QUEUE
from migrator.model.canonical import Body
from tests.unit.kinds.payloads import payload
from tests.unit.rows import DEFAULT_QUEUE, DEFAULT_QUEUE_ID, SURROUNDINGS
from tests.unit.rows import WORK_POOL as POOL_ROW
from tests.unit.rows import WORK_QUEUE as ROW

FRESH: Body = {**DEFAULT_QUEUE, "id": "fresh", "name": "default", "description": "The work pool's default queue."}
"""The default queue of a pool that was just created."""


def test_a_pool_announces_its_default_queue() -> None:
    """By id, whatever its name."""
    assert WORK_POOL.announces is not None
    assert WORK_POOL.announces(POOL_ROW) == {DEFAULT_QUEUE_ID: "kubernetes"}


@pytest.mark.parametrize(("row", "is_default"), [(DEFAULT_QUEUE, True), (ROW, False)])
def test_the_default_queue_comes_along_with_its_pool(row: Body, *, is_default: bool) -> None:
    """It is adjusted, not created."""
    content = WORK_QUEUE.shape(row, SURROUNDINGS)

    assert content["is_default"] is is_default
    assert WORK_QUEUE.comes_along(content) is is_default


def test_a_renamed_default_queue_is_found_by_both_names() -> None:
    """The most telling first: at the destination it has its new name, or still that of a new pool's queue."""
    content = payload(WORK_QUEUE, DEFAULT_QUEUE)

    assert WORK_QUEUE.identities(content) == (("kubernetes", "standard"), ("kubernetes", "default"))
    assert WORK_QUEUE.identities(FRESH) == (("kubernetes", "default"),)


@pytest.mark.parametrize("name", ["default", "urgent"])
def test_another_queue_is_not_taken_for_the_default_queue(name: str) -> None:
    """Only its own name finds it."""
    assert WORK_QUEUE.identities(payload(WORK_QUEUE, {**ROW, "name": name})) == (("kubernetes", name),)


def test_queues_are_asked_for_once_a_pool() -> None:
    """One request for each pool of a batch, with all names that could be meant."""
    batch = [payload(WORK_QUEUE, row) for row in (DEFAULT_QUEUE, ROW, {**ROW, "work_pool_name": "ä/b"})]
    requests = list(WORK_QUEUE.find(batch))

    assert [(request.path, request.body["work_queues"]["name"]["any_"]) for request in requests] == [
        ("/work_pools/kubernetes/queues/filter", ["default", "standard", "urgent"]),
        ("/work_pools/%C3%A4%2Fb/queues/filter", ["urgent"]),
    ]


def test_adjusting_touches_only_what_differs() -> None:
    """Invariant 6: the smallest change."""
    body = payload(WORK_QUEUE, DEFAULT_QUEUE)
    (request,) = WORK_QUEUE.change(Change("/work_queues/fresh", FRESH, body, ("description", "name")))

    assert (request.method, request.path) == ("PATCH", "/work_queues/fresh")
    assert request.body == {"name": "standard", "description": None}


@pytest.mark.parametrize("field", ["name", "description", "is_paused", "concurrency_limit", "priority"])
def test_each_setting_is_adjusted(field: str) -> None:
    """One at a time, in a body that the server reads."""
    changed = {**DEFAULT_QUEUE, field: {"is_paused": True, "name": "other", "description": "other"}.get(field, 7)}
    (request,) = WORK_QUEUE.change(Change("/work_queues/its", DEFAULT_QUEUE, payload(WORK_QUEUE, changed), (field,)))

    assert field in WORK_QUEUE.settable
    assert request.body == {field: changed[field]}
    WorkQueueUpdate.model_validate(request.body)


def test_a_default_queue_that_is_as_it_should_be_is_left_alone() -> None:
    """Nothing to write."""
    assert WORK_QUEUE.change(Change("/work_queues/its", DEFAULT_QUEUE, payload(WORK_QUEUE, DEFAULT_QUEUE), ())) == ()


def test_the_default_queue_is_written_first_then_by_priority() -> None:
    """It has its name before a namesake comes; the others displace nobody when they come in ascending order."""
    others = [{**ROW, "name": str(priority), "priority": priority} for priority in (3, 1, 2)]
    contents = [payload(WORK_QUEUE, row) for row in (*others, {**DEFAULT_QUEUE, "priority": 4})]
    groups, ranks = zip(*(WORK_QUEUE.turn(content) or ("", -1) for content in contents), strict=True)

    assert set(groups) == {"kubernetes"}
    assert [contents[place]["name"] for place in sorted(range(4), key=ranks.__getitem__)] == ["standard", "1", "2", "3"]


def test_a_queue_that_joins_others_goes_to_the_end() -> None:
    """Invariant 6: without a priority it moves none of those that exist."""
    assert WORK_QUEUE.appended is not None
    body = WORK_QUEUE.create(WORK_QUEUE.appended(payload(WORK_QUEUE, ROW))).body

    assert body == {"name": "urgent", "description": "Goes first", "is_paused": False, "concurrency_limit": 10}
    assert WorkQueueCreate.model_validate(body).priority is None


def test_a_queue_needs_its_pool() -> None:
    """Invariant 2: it names it, in the path of its endpoint."""
    assert WORK_QUEUE.needs(payload(WORK_QUEUE, {**ROW, "work_pool_name": "a/b"})) == ("work-pool/a%2Fb",)
