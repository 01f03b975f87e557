"""Global concurrency limits and tag limits."""

from typing import Any

from migrator.demo.workspace.names import AWKWARD, DOTS
from migrator.demo.workspace.sending import Request, create_each

#: More than the ten that Prefect's own client reads: plain, rate, inactive, closed, and one with slots taken.
GLOBAL_LIMITS: list[dict[str, Any]] = [
    {"name": "database-slots", "limit": 5},
    {"name": "warehouse-writers", "limit": 2, "active_slots": 1},
    {"name": "public-api", "limit": 120, "slot_decay_per_second": 2.0},
    {"name": "geocoder", "limit": 10, "slot_decay_per_second": 0.1},
    {"name": "crm export", "limit": 1, "active": False},
    {"name": "maintenance", "limit": 0},
    {"name": "gpu", "limit": 8},
    {"name": "sftp:partner-a", "limit": 3},
    {"name": "sftp:partner-b", "limit": 3},
    {"name": "größe-l", "limit": 40},
    {"name": "mail", "limit": 30, "slot_decay_per_second": 0.5, "active": False},
    {"name": "object-store", "limit": 64},
    {"name": "search-index", "limit": 6},
    {"name": "tenant-imports", "limit": 12},
    {"name": AWKWARD, "limit": 1},
    {"name": DOTS, "limit": 2},
]

#: Runs of tasks with a tag that may go on at once.
TAG_LIMITS: dict[str, int] = {"database": 4, "heavy": 1, "kunde-süd": 2, "frozen": 0, AWKWARD: 1, DOTS: 2}


async def add_global_limits(send: Request) -> dict[str, str]:
    """Creates the global concurrency limits; answers with their ids by name."""
    return await create_each(send, "/v2/concurrency_limits/", GLOBAL_LIMITS)


async def add_tag_limits(send: Request) -> None:
    """Creates the tag limits. Since Prefect 3 they are global limits as well, named `tag:<tag>`."""
    for tag, limit in TAG_LIMITS.items():
        await send("POST", "/concurrency_limits/", {"tag": tag, "concurrency_limit": limit})
    await send("PATCH", "/v2/concurrency_limits/tag:heavy", {"active": False, "slot_decay_per_second": 0.5})
