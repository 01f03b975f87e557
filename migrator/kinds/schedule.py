"""Schedules of a deployment. They have no key of their own: they are a part of it, as current servers show them."""

import re

import orjson

from migrator.kinds.kind import only, without
from migrator.kinds.references import UUID_BYTES
from migrator.model.canonical import Body

#: The start of a rule that names none (`prefect._internal.schemas.validators.normalize_rrule_string`).
_START = "DTSTART:20200101T000000\n"
#: Rules that, unless they are counted, get a start that depends on the moment at which they are created.
_FREQUENT = re.compile("FREQ=(SECONDLY|MINUTELY)", re.IGNORECASE)


def schedules(deployment: Body) -> list[Body]:
    """The schedules of a deployment's row without ids, in an order that does not depend on the server."""
    return sorted(map(_shape, deployment.get("schedules") or _single(deployment)), key=_spelled)


def _single(deployment: Body) -> list[Body]:
    """The one schedule that a deployment of an early Prefect 2 has."""
    schedule = deployment.get("schedule")
    return [{"schedule": schedule, "active": deployment.get("is_schedule_active", True)}] if schedule else []


def _shape(row: Body) -> Body:
    shown = only(row, "active", "schedule", max_scheduled_runs=None, parameters={}, slug=None)
    return {**shown, "schedule": _started(shown["schedule"])}


def _started(schedule: Body) -> Body:
    """A rule with the start that it has anyway: current servers spell it out, older ones do not."""
    rule = schedule.get("rrule")
    if rule is None or "DTSTART" in rule.upper():
        return schedule
    depends = _FREQUENT.search(rule) and "COUNT=" not in rule.upper()
    return schedule if depends else {**schedule, "rrule": _START + rule}


def _spelled(schedule: Body) -> tuple[bytes, bytes]:
    """What to sort by. Ids in parameters sort differently on every server, so they have no part in it."""
    parameters = orjson.dumps(schedule.get("parameters"), option=orjson.OPT_SORT_KEYS)
    rest = orjson.dumps(without(schedule, "parameters"), option=orjson.OPT_SORT_KEYS)
    return rest, UUID_BYTES.sub(b"", parameters)
