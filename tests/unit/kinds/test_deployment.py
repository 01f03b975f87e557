"""Deployments: queues by role, limits, labels, and schedules, of which some take a second write."""

import itertools
from typing import Any

import pytest
from prefect.server.schemas.actions import DeploymentCreate, DeploymentScheduleCreate

from migrator.kinds.deployment import DEPLOYMENT
from migrator.model.canonical import Body
from tests.unit.kinds.payloads import THERE, payload
from tests.unit.rows import (
    CONCURRENCY_LIMIT,
    DEFAULT_QUEUE_ID,
    DEPLOYMENT_ID,
    FLOW_ID,
    KEYS,
    POOL_ID,
    READER,
    SURROUNDINGS,
)
from tests.unit.rows import DEPLOYMENT as ROW

SCHEDULE: Body = ROW["schedules"][0]
BOUNDED: Body = {**SCHEDULE, "slug": "ten-times", "max_scheduled_runs": 10}
OWN_LIMIT: Body = {
    **CONCURRENCY_LIMIT,
    "id": "its-own",
    "name": f"deployment:{DEPLOYMENT_ID}",
    "limit": 3,
    "slot_decay_per_second": 0.0,
}


def test_a_deployment_on_the_default_queue_names_no_queue() -> None:
    """The default queue is known by its role: at the destination it may have another name."""
    row = {**ROW, "work_queue_name": "standard", "work_queue_id": DEFAULT_QUEUE_ID}
    created = DEPLOYMENT.create(payload(DEPLOYMENT, row)).body

    assert shaped(row)["work_queue_name"] is None
    assert created["work_pool_name"] == "kubernetes"
    assert "work_queue_name" not in created


def test_a_deployment_without_a_pool_names_none() -> None:
    """An explicit null would detach what the server attaches by itself."""
    row = {**ROW, "work_pool_name": None, "work_queue_name": None, "work_queue_id": None}

    assert not {"work_pool_name", "work_queue_name"} & DEPLOYMENT.create(payload(DEPLOYMENT, row)).body.keys()


def test_a_queue_that_was_deleted_is_not_named() -> None:
    """Its name stays on the deployment, and the destination would make a queue of it in `default-agent-pool`."""
    row = {**ROW, "work_pool_name": None, "work_queue_name": "gone", "work_queue_id": None}

    assert shaped(row)["work_queue_name"] is None
    assert "work_queue_name" not in DEPLOYMENT.create(payload(DEPLOYMENT, row)).body


@pytest.mark.parametrize(
    ("pool", "queue", "needs"),
    [
        ("kubernetes", "urgent", ("work-pool/kubernetes", "work-queue/kubernetes/urgent")),
        ("a/b", "c#", ("work-pool/a%2Fb", "work-queue/a%2Fb/c%23")),
        ("kubernetes", None, ("work-pool/kubernetes",)),
        (None, None, ()),
    ],
)
def test_a_deployment_needs_the_pool_and_queue_that_it_names(
    pool: str | None, queue: str | None, needs: tuple[str, ...]
) -> None:
    """Invariant 2: a missing pool is a 404, and a missing queue would be made up by the server."""
    assert DEPLOYMENT.needs({"work_pool_name": pool, "work_queue_name": queue}) == needs


def test_a_limit_of_its_own_is_a_number() -> None:
    """The server keeps it in a limit that bears the deployment's id, which holds at the source only."""
    created = DEPLOYMENT.create(payload(DEPLOYMENT, {**ROW, "global_concurrency_limit": OWN_LIMIT})).body

    assert created["concurrency_limit"] == 3
    assert "global_concurrency_limit_id" not in created


def test_a_limit_of_its_own_is_completed_where_it_was_tuned() -> None:
    """It is made with its deployment, active and without decay; `prefect gcl disable deployment:<id>` changes that."""
    tuned = {**OWN_LIMIT, "active": False, "slot_decay_per_second": 0.5}
    content = payload(DEPLOYMENT, {**ROW, "global_concurrency_limit": tuned})
    (completing,) = DEPLOYMENT.complete("its-id", content, None)

    assert DEPLOYMENT.completes(content)
    assert DEPLOYMENT.create(content).body.keys() <= DeploymentCreate.model_fields.keys()
    assert (completing.method, completing.path) == ("PATCH", "/v2/concurrency_limits/deployment:its-id")
    assert completing.body == {"active": False, "slot_decay_per_second": 0.5}


def test_a_limit_of_its_own_as_it_was_made_needs_no_completing() -> None:
    """One write is enough for most."""
    usual = {**OWN_LIMIT, "active": True, "slot_decay_per_second": 0.0}

    assert not DEPLOYMENT.completes(payload(DEPLOYMENT, {**ROW, "global_concurrency_limit": usual}))


def test_a_shared_limit_is_a_reference() -> None:
    """The facts, section 3: the two fields exclude one another."""
    created = DEPLOYMENT.create(payload(DEPLOYMENT, ROW)).body

    assert created["global_concurrency_limit_id"] == THERE[CONCURRENCY_LIMIT["id"]]
    assert "concurrency_limit" not in created


def test_without_a_limit_none_is_spoken_of() -> None:
    """D-2: an explicit null deletes limits."""
    created = DEPLOYMENT.create(payload(DEPLOYMENT, {**ROW, "global_concurrency_limit": None})).body

    assert not {"concurrency_limit", "global_concurrency_limit_id"} & created.keys()


def test_the_servers_own_labels_stay_behind() -> None:
    """`prefect.flow.id` is a source id, and a client's value would win over the destination's."""
    assert shaped(ROW)["labels"] == {"team": "data"}


@pytest.mark.parametrize("labels", [{}, None, {"prefect.flow.id": FLOW_ID}])
def test_labels_may_be_missing(labels: Body | None) -> None:
    """Prefect 2 knows none."""
    assert shaped({**ROW, "labels": labels})["labels"] == {}


@pytest.mark.parametrize("enforced", [True, False])
def test_a_schema_is_enforced_without_being_said(*, enforced: bool) -> None:
    """Said expressly, the server measures the parameters at once, and refuses what the source let pass."""
    row = {**ROW, "enforce_parameter_schema": enforced, "parameters": {"tenant": "no number"}}
    created = DEPLOYMENT.create(payload(DEPLOYMENT, row)).body

    assert DeploymentCreate.model_validate(created).enforce_parameter_schema is enforced


def test_an_empty_schema_is_left_out() -> None:
    """A deployment that was created without one shows an empty one, which the server does not take back."""
    row = {**ROW, "parameter_openapi_schema": {}}

    assert "parameter_openapi_schema" not in DEPLOYMENT.create(payload(DEPLOYMENT, row)).body


def test_schedules_lose_what_the_server_gave_to_them() -> None:
    """Ids, times, and the deployment's id."""
    (schedule,) = shaped(ROW)["schedules"]

    assert schedule.keys() == {"schedule", "active", "max_scheduled_runs", "parameters", "slug"}


def test_the_order_of_schedules_does_not_depend_on_the_server() -> None:
    """A server lists them by the time of their last change."""
    schedules = [
        SCHEDULE,
        BOUNDED,
        {**SCHEDULE, "slug": None, "active": False},
        {**SCHEDULE, "slug": None, "schedule": {"interval": 60.0}},
    ]
    orders = itertools.permutations(schedules)
    digests = {READER.canonical(DEPLOYMENT, {**ROW, "schedules": list(order)}).digest() for order in orders}

    assert len(digests) == 1


def test_schedules_that_differ_in_parameters_only_come_in_one_order() -> None:
    """Without slugs there is nothing else to tell them apart by."""
    schedules = [{**SCHEDULE, "slug": None, "parameters": {"region": region}} for region in ("eu", "us", None)]
    orders = itertools.permutations(schedules)
    digests = {READER.canonical(DEPLOYMENT, {**ROW, "schedules": list(order)}).digest() for order in orders}

    assert len(digests) == 1


def test_schedules_that_differ_in_ids_only_come_in_one_order() -> None:
    """By what the ids belong to: two servers list such schedules in any order, and give them ids in any order."""
    schedules = [
        {**SCHEDULE, "slug": None, "parameters": {"target": {"$ref": {"block_document_id": known}}}}
        for known in (FLOW_ID, DEPLOYMENT_ID, POOL_ID)
    ]
    orders = itertools.permutations(schedules)
    digests = {READER.canonical(DEPLOYMENT, {**ROW, "schedules": list(order)}).digest() for order in orders}

    assert len(digests) == 1


@pytest.mark.parametrize(
    "told_apart", [[("a", "eu"), ("b", "eu")], [(None, "eu"), (None, "us")]], ids=["by slug", "by parameters"]
)
def test_the_order_of_schedules_does_not_depend_on_ids(told_apart: list[tuple[str | None, str]]) -> None:
    """Parameters may hold ids, which sort differently on every server."""
    schedules, other = (
        [
            {**SCHEDULE, "slug": slug, "parameters": {"id": known, "region": region}}
            for (slug, region), known in zip(order, [FLOW_ID, DEPLOYMENT_ID], strict=True)
        ]
        for order in (told_apart, told_apart[::-1])
    )
    turned = {FLOW_ID: KEYS[DEPLOYMENT_ID], DEPLOYMENT_ID: KEYS[FLOW_ID]}
    reader = type(READER)(lambda known: turned.get(known, KEYS.get(known)), SURROUNDINGS)
    row = {**ROW, "schedules": schedules, "flow_id": None}

    assert READER.canonical(DEPLOYMENT, row) == reader.canonical(DEPLOYMENT, {**row, "schedules": other})


def test_bounded_schedules_are_left_to_a_second_write() -> None:
    """`POST /deployments/` drops `max_scheduled_runs` (facts, section 0): only their own endpoint keeps it."""
    content = payload(DEPLOYMENT, {**ROW, "schedules": [BOUNDED, SCHEDULE]})
    (completing,) = DEPLOYMENT.complete("its-id", content, None)

    assert DEPLOYMENT.completes(content)
    assert slugs(DEPLOYMENT.create(content).body["schedules"]) == ["at-two"]
    assert (completing.method, completing.path) == ("POST", "/deployments/its-id/schedules")
    assert slugs(completing.body) == ["ten-times"]


def test_every_schedule_is_in_exactly_one_write() -> None:
    """Invariant 1, within a deployment."""
    content = payload(DEPLOYMENT, {**ROW, "schedules": [BOUNDED, SCHEDULE, {**BOUNDED, "slug": "again"}]})
    written = [*DEPLOYMENT.create(content).body["schedules"], *DEPLOYMENT.complete("its-id", content, None)[0].body]

    assert sorted(slugs(written)) == sorted(slugs(content["schedules"]))
    assert all(DeploymentScheduleCreate.model_validate(schedule) for schedule in written)


@pytest.mark.parametrize("schedules", [[], [SCHEDULE]])
def test_without_bounds_there_is_nothing_to_complete(schedules: list[Body]) -> None:
    """One write is enough for most."""
    content = payload(DEPLOYMENT, {**ROW, "schedules": schedules})

    assert not DEPLOYMENT.completes(content)
    assert DEPLOYMENT.complete("its-id", content, None) == ()


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        ([SCHEDULE], ["a", "b"]),
        ([SCHEDULE, {**BOUNDED, "slug": "a"}], ["b"]),
        ([{**BOUNDED, "slug": "b"}, {**BOUNDED, "slug": "a"}, SCHEDULE], []),
    ],
)
def test_after_a_doubtful_attempt_only_what_is_missing_is_written(there: list[Body], missing: list[str]) -> None:
    """Invariant 9: the answer to the first attempt was lost, but perhaps not its effect."""
    content = payload(DEPLOYMENT, {**ROW, "schedules": [{**BOUNDED, "slug": slug} for slug in "ab"]})
    requests = DEPLOYMENT.complete("its-id", content, {**ROW, "schedules": there})

    assert [slug for request in requests for slug in slugs(request.body)] == missing


def test_the_server_reads_the_limits_apart() -> None:
    """Both kinds of limit, as a server's model takes them."""
    own = DEPLOYMENT.create(payload(DEPLOYMENT, {**ROW, "global_concurrency_limit": OWN_LIMIT})).body
    shared = DEPLOYMENT.create(payload(DEPLOYMENT, ROW)).body

    assert DeploymentCreate.model_validate(own).concurrency_limit == 3
    assert str(DeploymentCreate.model_validate(shared).global_concurrency_limit_id) == THERE[CONCURRENCY_LIMIT["id"]]


def shaped(row: Body) -> Any:
    """The content of a row."""
    return DEPLOYMENT.shape(row, SURROUNDINGS)


def slugs(schedules: list[Body]) -> list[str]:
    """What schedules are called."""
    return [schedule["slug"] for schedule in schedules]
