"""Rows of older servers are read as a current server would show them, so that what was moved compares equal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prefect._internal.schemas.validators import normalize_rrule_string

from migrator.kinds.schedule import schedules
from migrator.model.canonical import Body
from tests.unit import rows
from tests.unit.kinds.payloads import the_kind

#: What servers of 3.4.14 or of Prefect 2 do not show, with what a current one shows where it was not set.
ABSENT: list[tuple[str, str, object]] = [
    ("flow", "labels", {}),
    ("automation", "tags", []),
    ("work-pool", "storage_configuration", dict.fromkeys(rows.WORK_POOL["storage_configuration"])),
    ("deployment", "labels", {}),
    ("deployment", "concurrency_options", None),
    ("deployment", "global_concurrency_limit", None),
    ("deployment", "job_variables", {}),
    ("deployment", "work_queue_id", rows.QUEUE_ID),
    ("deployment", "parameter_openapi_schema", {}),
]
SCHEDULE: Body = {"cron": "0 2 * * *", "timezone": "Europe/Berlin", "day_or": True}


def shaped(kind: str, row: Body) -> Body:
    """The content of a row."""
    return the_kind(kind).shape(row, rows.SURROUNDINGS)


def without(row: Body, name: str) -> Body:
    """A row of a server that does not know a field."""
    return {field: value for field, value in row.items() if field != name}


@pytest.mark.parametrize(("kind", "field", "value"), ABSENT)
def test_a_field_that_is_not_shown_is_one_that_was_not_set(kind: str, field: str, value: object) -> None:
    """Else everything that comes from an older server would differ."""
    row = rows.ROWS[kind]

    assert shaped(kind, without(row, field)) == shaped(kind, {**row, field: value})


@pytest.mark.parametrize(
    ("action", "absent"),
    [
        ({"type": "run-deployment", "source": "inferred"}, {"schedule_after": 0.0}),
        ({"type": "change-flow-run-state", "state": "CRASHED"}, {"force": False}),
        ({"type": "do-nothing"}, {}),
    ],
)
@pytest.mark.parametrize("actions", ["actions", "actions_on_trigger", "actions_on_resolve"])
def test_an_action_has_what_its_type_has(actions: str, action: Body, absent: Body) -> None:
    """Servers of 3.4 show fewer fields of it."""
    older, current = ({**rows.AUTOMATION, actions: [shown]} for shown in (action, action | absent))

    assert shaped("automation", older) == shaped("automation", current)
    assert shaped("automation", older)[actions] == [action | absent]


def test_a_limits_options_have_a_grace_period() -> None:
    """Servers of 3.4 know none."""
    older, current = (
        {**rows.DEPLOYMENT, "concurrency_options": {"collision_strategy": "ENQUEUE", **more}}
        for more in ({}, {"grace_period_seconds": None})
    )

    assert shaped("deployment", older) == shaped("deployment", current)


def test_a_deployment_without_its_queues_id_is_on_the_default_queue_of_that_name() -> None:
    """Servers of 3.4 show the queue's name only."""
    row = without({**rows.DEPLOYMENT, "work_queue_name": "standard"}, "work_queue_id")

    assert shaped("deployment", row)["work_queue_name"] is None
    assert shaped("deployment", {**row, "work_pool_name": "another"})["work_queue_name"] == "standard"


def test_a_schema_that_is_null_is_an_empty_one() -> None:
    """Servers of 3.4 show null where none was given."""
    none: Body = {**rows.DEPLOYMENT, "parameter_openapi_schema": None}
    empty: Body = {**rows.DEPLOYMENT, "parameter_openapi_schema": {}}

    assert shaped("deployment", none) == shaped("deployment", empty)


def test_job_variables_of_prefect_2_are_carried() -> None:
    """It calls them overrides."""
    row = {**without(rows.DEPLOYMENT, "job_variables"), "infra_overrides": {"env": {"STAGE": "live"}}}

    assert shaped("deployment", row)["job_variables"] == {"env": {"STAGE": "live"}}


@pytest.mark.parametrize("active", [True, False])
def test_a_single_schedule_is_carried(*, active: bool) -> None:
    """Early servers of Prefect 2 know no list of them; what else a schedule has now was not set."""
    row = {"schedule": SCHEDULE, "is_schedule_active": active}
    (schedule,) = schedules(row)

    assert schedule == {
        "schedule": SCHEDULE,
        "active": active,
        "max_scheduled_runs": None,
        "parameters": {},
        "slug": None,
    }


def test_a_single_schedule_beside_a_list_of_them_is_not_another_one() -> None:
    """Prefect 2.20 shows both."""
    row = {"schedule": SCHEDULE, "is_schedule_active": True, "schedules": [{"schedule": SCHEDULE, "active": True}]}

    assert len(schedules(row)) == 1


@pytest.mark.parametrize("row", [{}, {"schedule": None, "is_schedule_active": True}, {"schedules": []}])
def test_no_schedule_is_none(row: Body) -> None:
    """Nor does a switch without a schedule make one."""
    assert schedules(row) == []


RULES = st.builds(
    lambda frequency, interval, count, start: f"{start}FREQ={frequency};INTERVAL={interval}{count}",
    st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 9),
    st.sampled_from(["", ";COUNT=3"]),
    st.sampled_from(["", "DTSTART:20240101T080000\nRRULE:"]),
)


@given(rule=RULES | st.just("FREQ=MINUTELY;COUNT=9") | st.just("RRULE:FREQ=WEEKLY\nEXDATE:20240101T000000"))
def test_a_rule_starts_where_a_current_server_says_that_it_does(rule: str) -> None:
    """Held against the server's own code: it spells out a start that was left to it."""
    (schedule,) = schedules({"schedules": [{"schedule": {"rrule": rule, "timezone": "UTC"}, "active": True}]})

    assert schedule["schedule"]["rrule"] == normalize_rrule_string(rule, timezone="UTC")


def test_a_moment_in_utc_is_spelled_as_current_servers_do() -> None:
    """Prefect 2 writes the offset."""
    interval = {"interval": 60.0, "anchor_date": "2024-01-01T00:15:00+00:00", "timezone": "UTC"}
    (schedule,) = schedules({"schedules": [{"schedule": interval, "active": True}]})

    assert schedule["schedule"] == {**interval, "anchor_date": "2024-01-01T00:15:00Z"}


def test_what_only_prefect_2_knows_is_left_out_with_a_warning() -> None:
    """Nothing is lost in silence."""
    row = {**rows.DEPLOYMENT, "manifest_path": "flow-manifest.json"}
    (warning,) = rows.READER.resource(the_kind("deployment"), rows.KEYS[rows.DEPLOYMENT_ID], row).warnings

    assert "/manifest_path" in warning


@pytest.mark.parametrize("rule", ["FREQ=MINUTELY;INTERVAL=5", "freq=secondly"])
def test_a_start_that_depends_on_the_day_is_left_to_the_server(rule: str) -> None:
    """It chooses one that costs it less than counting from 2020."""
    (schedule,) = schedules({"schedules": [{"schedule": {"rrule": rule}, "active": True}]})

    assert schedule["schedule"]["rrule"] == rule
