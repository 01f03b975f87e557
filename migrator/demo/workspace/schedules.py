"""Schedules of deployments, in every shape that the server knows."""

from typing import Any

from migrator.demo.workspace.names import ANYTHING

#: Every night at two, where the clocks change.
CRON: dict[str, Any] = {"cron": "0 2 * * *", "timezone": "Europe/Berlin", "day_or": True}

#: Every hour, counted from a moment in the past. The interval is in seconds.
INTERVAL: dict[str, Any] = {"interval": 3600.0, "anchor_date": "2024-01-01T00:15:00+00:00", "timezone": "UTC"}

#: Quarterly, from a start of its own.
RRULE: dict[str, Any] = {
    "rrule": "DTSTART:20240101T080000\nRRULE:FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1",
    "timezone": "America/New_York",
}


def slugged(schedule: dict[str, Any], slug: str) -> dict[str, Any]:
    """An active schedule of that slug."""
    return {"schedule": schedule, "slug": slug, "active": True}


#: One deployment's schedules: each type, with and without slug, parameters and activity.
EVERY_SHAPE: list[dict[str, Any]] = [
    slugged(CRON, "night"),
    {**slugged({"cron": "*/5 8-18 * * MON-FRI", "day_or": False}, "office-hours"), "parameters": {"quick": True}},
    {**slugged(INTERVAL, "hourly"), "active": False},
    {**slugged(RRULE, "quarterly"), "parameters": {"range": {"months": 3}, "label": "Quartal"}},
    slugged({"cron": "@daily", "timezone": "Asia/Kathmandu"}, ANYTHING),
    # Without a start of its own the server gives it one.
    slugged({"rrule": "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=6"}, "twice-a-week"),
    slugged({"interval": 90.5, "anchor_date": "2023-06-30T22:00:00+02:00", "timezone": "Asia/Kolkata"}, "odd-interval"),
]

#: Schedules that stop by themselves after some runs.
LIMITED: list[dict[str, Any]] = [
    {**slugged(CRON, "ten-times"), "max_scheduled_runs": 10},
    {"schedule": RRULE, "max_scheduled_runs": 2, "parameters": {"range": {"months": 1}}},
]
