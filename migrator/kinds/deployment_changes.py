"""Changing and removing deployments, by the requests that harm nothing else. Pure.

What the API does beside what it is asked to do (`prefect.server.models.deployments` of 3.8.8): a PATCH with
`schedules` mints new schedules and drops their bounds; taking away a limit, or the deployment, deletes the limit that
it is attached to, also a shared one; a limit of its own that is set while a shared one is attached changes the shared.
"""

from collections.abc import Callable, Iterable

import orjson

from migrator.kinds.concurrency_limit import TUNED, tuning
from migrator.kinds.kind import Change, Request, only, without
from migrator.model.canonical import Body, Json

#: A limit of its own is a number, a shared one an id; a deployment has one of them at most.
LIMITS = ("concurrency_limit", "global_concurrency_limit_id")
_OWN, _SHARED = LIMITS
_ROUTE = ("work_pool_name", "work_queue_name")
#: What makes two schedules one that has changed, most telling first; null tells nothing.
_RECOGNISED_BY: tuple[Callable[[Body], Json], ...] = (
    lambda schedule: schedule.get("slug"),
    lambda schedule: without(schedule, "id"),
    lambda schedule: schedule["schedule"],
)


def change_deployment(change: Change, limit: Body, schedules: list[Body]) -> tuple[Request, ...]:
    """The requests that change fields of a deployment.

    Args:
        change: What is to become of it.
        limit: The limit that it has now, in the form of a content.
        schedules: The schedules that it has now, likewise, each with its id.
    """
    elsewhere = {*LIMITS, *_ROUTE, TUNED, "schedules"}
    fields = {field: change.body.get(field) for field in change.fields if field not in elsewhere}
    if "job_variables" in fields:
        # The server takes null for "as they are".
        fields["job_variables"] = fields["job_variables"] or {}
    if set(_ROUTE) & set(change.fields):
        # A pool that is taken away leaves its queue's name behind unless that is taken away too.
        fields |= {name: change.body.get(name) for name in _ROUTE}
    now, then = (_present(only(body, *LIMITS)) for body in (limit, change.body))
    limits = _limit_steps(now, then) if set(LIMITS) & set(change.fields) else []
    requests = [Request("PATCH", change.path, body) for body in (*limits, fields) if body]
    if TUNED in change.fields and change.body.get(_OWN) is not None:
        own_limit = f"/v2/concurrency_limits/deployment:{change.row['id']}"
        requests.append(Request("PATCH", own_limit, tuning(change.body)))
    if "schedules" in change.fields:
        requests += _schedule_requests(change.path, schedules, change.body["schedules"])
    return tuple(requests)


def remove_deployment(path: str, row: Body) -> tuple[Request, ...]:
    """A shared limit is let go first, or it would go too."""
    limit = row.get("global_concurrency_limit")
    is_shared = limit is not None and limit["name"] != f"deployment:{row['id']}"
    detach = (Request("PATCH", path, {_SHARED: None}),) if is_shared else ()
    return (*detach, Request("DELETE", path))


def _limit_steps(now: Body, then: Body) -> list[Body]:
    """From one limit to another, so that no shared one is changed and none of its own is left behind."""
    gone = [{name: None} for name in now if name not in then]
    return gone + ([then] if then and now != then else [])


def _present(body: Body) -> Body:
    return {name: value for name, value in body.items() if value is not None}


def _schedule_requests(path: str, there: list[Body], wanted: list[Body]) -> list[Request]:
    """In place where a schedule is recognised, so that its id, and the runs that hold it, stay."""
    pairs = _paired(there, wanted)
    mended = [(row, schedule) for row, schedule in pairs if _is_mendable(row, schedule)]
    kept = [row["id"] for row, _ in mended]
    removed = [Request("DELETE", f"{path}/schedules/{row['id']}") for row in there if row["id"] not in kept]
    patches = [
        Request("PATCH", f"{path}/schedules/{row['id']}", _mending(row, schedule))
        for row, schedule in mended
        if not _same(without(row, "id"), schedule)
    ]
    new = [schedule for schedule in wanted if not any(schedule is one for _, one in mended)]
    return removed + patches + ([Request("POST", f"{path}/schedules", new)] if new else [])


def _paired(there: Iterable[Body], wanted: Iterable[Body]) -> list[tuple[Body, Body]]:
    rows, schedules, pairs = list(there), list(wanted), []
    for recognise in _RECOGNISED_BY:
        for schedule in list(schedules):
            mark = recognise(schedule)
            row = next((row for row in rows if mark is not None and _same(recognise(row), mark)), None)
            if row is not None:
                pairs.append((row, schedule))
                rows.remove(row)
                schedules = [other for other in schedules if other is not schedule]
    return pairs


def _is_mendable(row: Body, schedule: Body) -> bool:
    """A PATCH takes null for "as it is" (`exclude_none`), so what is to be null again needs a new schedule."""
    pattern = schedule["schedule"]
    # What is left out of an rrule is UTC, so no PATCH can bring one that has no time zone.
    would_get_a_zone = "rrule" in pattern and pattern.get("timezone") is None
    can_be_sent = not would_get_a_zone or _same(row["schedule"], pattern)
    return can_be_sent and all(
        schedule.get(name) is not None for name, value in row.items() if name != "id" and value is not None
    )


def _mending(row: Body, schedule: Body) -> Body:
    """What differs; parameters always, because a PATCH without them empties them."""
    changed = _present({name: value for name, value in schedule.items() if not _same(row.get(name), value)})
    return {**changed, "parameters": schedule.get("parameters") or {}}


def _same(one: Json, other: Json) -> bool:
    """Equality of JSON values, of which true is not 1."""
    return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)
