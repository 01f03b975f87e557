"""Schedules of a deployment. They have no key of their own: they are a part of it, as current servers show them."""

import re
from collections.abc import Callable, Mapping

from migrator.kinds.kind import only
from migrator.model.canonical import Body

#: The start of a rule that names none (`prefect._internal.schemas.validators.normalize_rrule_string`).
_START = "DTSTART:20200101T000000\n"
#: Rules that, unless they are counted, get a start that depends on the moment at which they are created.
_FREQUENT = re.compile("FREQ=(SECONDLY|MINUTELY)", re.IGNORECASE)


def schedules(deployment: Body) -> list[Body]:
    """The schedules of a deployment's row, without what the server owns."""
    return [_shape(row) for row in deployment.get("schedules") or _single(deployment)]


def schedules_with_ids(deployment: Body) -> list[Body]:
    """The same, each with its id."""
    return [{"id": row["id"], **_shape(row)} for row in deployment["schedules"]]


def _single(deployment: Body) -> list[Body]:
    """The one schedule that a deployment of an early Prefect 2 has."""
    schedule = deployment.get("schedule")
    return [{"schedule": schedule, "active": deployment.get("is_schedule_active", True)}] if schedule else []


def _shape(row: Body) -> Body:
    shown = only(row, "active", "schedule", max_scheduled_runs=None, parameters={}, slug=None)
    spelled = {name: _SPELLINGS[name](value) for name, value in shown["schedule"].items() if name in _SPELLINGS}
    return {**shown, "schedule": shown["schedule"] | spelled}


def _started(rule: str) -> str:
    """A rule with the start that it has anyway."""
    if "DTSTART" in rule.upper() or (_FREQUENT.search(rule) and "COUNT=" not in rule.upper()):
        return rule
    return _START + rule


def _in_utc(date: str) -> str:
    return date.removesuffix("+00:00") + "Z" if date.endswith("+00:00") else date


#: How current servers spell what older ones spell in another way.
_SPELLINGS: Mapping[str, Callable[[str], str]] = {"rrule": _started, "anchor_date": _in_utc}
