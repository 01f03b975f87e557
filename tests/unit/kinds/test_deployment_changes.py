"""Changing deployments: from any state to any state, and nothing else is touched on the way."""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds.deployment import DEPLOYMENT
from migrator.kinds.kind import Change, Request, Surroundings
from migrator.kinds.reading import own_form
from migrator.model.canonical import Body
from migrator.planning.differences import compare, fields_at
from tests.unit.kinds.deployments_server import Server, a_limit
from tests.unit.rows import an_id

HERE, THERE = an_id(0x1), an_id(0x2)
SHARED = {an_id(0xAA): "database-slots", an_id(0xAB): "api-calls"}
QUEUES = {"p": ["p-default", "p-high"], "q": ["q-default", "q-high"]}
SURROUNDINGS = Surroundings(frozenset({("p", "p-default"), ("q", "q-default")}))
ROUTES = [None, ("p", "p-default"), ("p", "p-high"), ("q", "q-default"), ("q", "q-high")]
VALUES: dict[str, Sequence[object]] = {
    "description": [None, "a", "b"],
    "paused": [True, False],
    "tags": [[], ["a"]],
    "parameters": [{}, {"a": 1}, {"a": None}, {"a": True}],
    "job_variables": [{}, {"image": "x"}],
    "pull_steps": [None, [], [{"step": {}}]],
    "path": [None, "/flows"],
    "version": [None, "2"],
    "entrypoint": ["f.py:f", None],
    "concurrency_options": [
        None,
        {"collision_strategy": "CANCEL_NEW", "grace_period_seconds": None},
        {"collision_strategy": "ENQUEUE", "grace_period_seconds": 90},
    ],
    "enforce_parameter_schema": [True, False],
    "parameter_openapi_schema": [{"type": "object", "properties": {}}, {"type": "object", "properties": {"a": {}}}],
    "storage_document_id": [None, an_id(0xB1)],
    "infrastructure_document_id": [None, an_id(0xB2)],
}
PATTERNS: Sequence[Body] = [
    {"cron": "0 2 * * *", "timezone": "Europe/Berlin", "day_or": True},
    {"cron": "0 3 * * *", "timezone": None, "day_or": False},
    {"rrule": "DTSTART:20260101T000000\nFREQ=DAILY", "timezone": None},
    {"interval": 3600.0, "anchor_date": "2026-01-01T00:00:00Z", "timezone": "UTC"},
]
LIMIT = ("concurrency_limit", "global_concurrency_limit_id", "tuned_limit")
SLUGS = [None, "a", "b", "c"]
many = settings(max_examples=150)


def a_server(own_id: str, seed: int) -> Server:
    """A deployment in some state."""
    random = Random(seed)  # noqa: S311 - a seed that Hypothesis draws and repeats
    limits = {own: a_limit(own, name, 9) for own, name in SHARED.items()}
    limit = random.choice([None, None, *SHARED, "own", "own"])
    if limit == "own":
        limit = an_id(0xAC)
        tuned: Body = random.choice([{}, {}, {"active": False}, {"slot_decay_per_second": 0.5}])
        limits[limit] = a_limit(limit, f"deployment:{own_id}", random.choice([1, 9]), **tuned)
    route = random.choice(ROUTES)
    row = {
        "id": own_id,
        "name": "nightly",
        "flow_id": an_id(0xF),
        "labels": {},
        **{name: deepcopy(random.choice(values)) for name, values in VALUES.items()},
        "queue": route,
        "work_queue_name": route[1] if route else random.choice([None, "p-high"]),
        "limit_id": limit,
        "schedules": some_schedules(random),
    }
    return Server(row, limits, QUEUES)


def some_schedules(random: Random) -> list[Body]:
    """A few schedules, of which no two have one slug."""
    slugs = random.sample([*SLUGS, None, None], random.randint(0, 4))
    return [
        {
            "id": an_id(0x500 + number),
            "slug": slug,
            "schedule": random.choice(PATTERNS),
            "active": random.choice([True, True, False]),
            "max_scheduled_runs": random.choice([None, None, 3, 5]),
            "parameters": random.choice([{}, {"a": 1}, {"a": True}, {"a": None}]),
        }
        for number, slug in enumerate(slugs)
    ]


SEEDS = st.integers(0, 2**32)
SERVERS = st.builds(a_server, own_id=st.just(THERE), seed=SEEDS)
WANTED = st.builds(a_server, own_id=st.just(HERE), seed=SEEDS).map(
    lambda server: DEPLOYMENT.shape(server.shown(), SURROUNDINGS)
)


@many
@given(server=SERVERS, wanted=WANTED)
def test_the_requests_lead_exactly_there(server: Server, wanted: Body) -> None:
    """Invariant 6: what differs becomes as it is wanted, and the second time there is nothing to do."""
    carry_out(server, wanted, differing(server, wanted))

    assert differing(server, wanted) == ()


@many
@given(server=SERVERS, wanted=WANTED, seed=SEEDS)
def test_fields_that_are_not_to_change_stay_as_they_are(server: Server, wanted: Body, seed: int) -> None:
    """Invariant 6: of all that differs, any part can be brought over alone; its limit is one thing."""
    random = Random(seed)  # noqa: S311 - a seed that Hypothesis draws and repeats
    before = content(server)
    groups = {name: groups_of(name) for name in differing(server, wanted)}
    chosen = {name for group in random.sample(sorted(groups), len(groups) // 2) for name in groups[group]}
    fields = tuple(name for name in groups if name in chosen)

    carry_out(server, wanted, fields)

    expected = {name: (wanted if name in chosen else before).get(name) for name in {*before, *wanted, *chosen}}
    assert not compare(own_form(DEPLOYMENT, expected), own_form(DEPLOYMENT, filled(server, expected))).different


@many
@given(server=SERVERS, wanted=WANTED)
def test_shared_limits_are_neither_changed_nor_deleted(server: Server, wanted: Body) -> None:
    """Defect D-2: others depend on them; and no limit of its own is left behind for nobody."""
    carry_out(server, wanted, differing(server, wanted))
    shared = [limit for limit in server.limits.values() if limit["id"] in SHARED]
    own = [limit["id"] for limit in server.limits.values() if limit["id"] not in SHARED]

    assert shared == [a_limit(own_id, name, 9) for own_id, name in SHARED.items()]
    assert own == ([server.row["limit_id"]] if "concurrency_limit" in wanted else [])


@many
@given(server=SERVERS, wanted=WANTED)
def test_schedules_that_are_the_same_keep_their_ids(server: Server, wanted: Body) -> None:
    """Runs that are scheduled hold them; of several that are equal, as many as are wanted."""
    before = deepcopy(server.row["schedules"])
    carry_out(server, wanted, differing(server, wanted))
    kept = [schedule for schedule in before if schedule in server.row["schedules"]]
    same = Counter(map(spelled, before)) & Counter(map(spelled, wanted["schedules"]))

    assert same <= Counter(map(spelled, kept))


@many
@given(server=SERVERS, wanted=WANTED)
def test_a_schedule_that_is_known_by_its_slug_changes_in_place(server: Server, wanted: Body) -> None:
    """Unless it is to lose its bound or a time zone, which no PATCH takes away."""
    before = {schedule["slug"]: schedule for schedule in deepcopy(server.row["schedules"]) if schedule["slug"]}
    carry_out(server, wanted, differing(server, wanted))

    for schedule in server.row["schedules"]:
        loses = before.get(schedule["slug"], {}).get("max_scheduled_runs") and not schedule["max_scheduled_runs"]
        if schedule["slug"] in before and not loses and "rrule" not in schedule["schedule"]:
            assert schedule["id"] == before[schedule["slug"]]["id"]


@many
@given(server=SERVERS)
def test_what_is_as_it_is_wanted_is_left_alone(server: Server) -> None:
    """Invariant 6: also when it is said to differ, its schedules and limits take no request."""
    wanted = content(server)

    assert requests(server, wanted, ("schedules", "concurrency_limit", "global_concurrency_limit_id")) == ()


@many
@given(server=SERVERS)
def test_a_deployment_is_removed_with_its_own_limit_and_no_other(server: Server) -> None:
    """Invariant 15: the server would delete whatever limit it is attached to."""
    assert DEPLOYMENT.remove is not None
    for request in DEPLOYMENT.remove(f"/deployments/{THERE}", server.shown()):
        server.take(request)

    assert server.row == {}
    assert server.limits.keys() == SHARED.keys()


def content(server: Server) -> Body:
    """A deployment as it would be created."""
    return DEPLOYMENT.shape(server.shown(), SURROUNDINGS)


def filled(server: Server, like: Body) -> Body:
    """The same, with null for what it leaves out and another has."""
    now = content(server)
    return {name: now.get(name) for name in {*now, *like}}


def differing(server: Server, wanted: Body) -> tuple[str, ...]:
    """The fields in which a deployment is not as it is wanted."""
    different = fields_at(compare(*(own_form(DEPLOYMENT, body) for body in (content(server), wanted))).different)
    return tuple(name for name in different if name in DEPLOYMENT.settable)


def groups_of(name: str) -> tuple[str, ...]:
    """The fields that change together."""
    for group in (LIMIT, ("work_pool_name", "work_queue_name")):
        if name in group:
            return group
    return (name,)


def requests(server: Server, wanted: Body, fields: tuple[str, ...]) -> tuple[Request, ...]:
    """What is sent to change some fields."""
    return DEPLOYMENT.change(Change(f"/deployments/{THERE}", deepcopy(server.shown()), wanted, fields))


def carry_out(server: Server, wanted: Body, fields: tuple[str, ...]) -> None:
    """Change some fields."""
    for request in requests(server, wanted, fields):
        server.take(deepcopy(request))


def spelled(schedule: Body) -> str:
    """A schedule without its id, so that true is not 1."""
    return str([(name, schedule[name]) for name in sorted(schedule) if name != "id"])
