"""What a workspace holds, as its owner sees it: for comparing before and after."""

from collections.abc import Callable, Mapping
from typing import Any

#: What a server owns, and what other things than a migration change.
VOLATILE = {"updated", "last_polled", "status", "active_slots", "created_by", "updated_by"}


def content(ask: Callable[..., Any]) -> Mapping[str, Any]:
    """What lists hold, without what the server owns; in an order of its own."""
    lists = {
        "variables": {},
        "v2/concurrency_limits": {},
        "block_documents": {"include_secrets": True, "block_documents": {"is_anonymous": None}},
        "work_pools": {},
        "work_queues": {},
        "flows": {},
        "deployments": {},
        "automations": {},
        "saved_searches": {},
    }
    return {what: sorted(map(_cleaned, ask("POST", f"/{what}/filter", body)), key=str) for what, body in lists.items()}


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        # A part of another one that was replaced comes again, but not under its old id: a schedule, a deployment's
        # own limit, a trigger.
        named = str(value.get("name"))
        is_part = bool({"schedule", "posture", "triggers"} & value.keys()) or named.startswith("deployment:")
        owned = VOLATILE | {"id", "created"} if is_part else VOLATILE
        return {name: _cleaned(item) for name, item in sorted(value.items()) if name not in owned}
    return sorted(map(_cleaned, value), key=str) if isinstance(value, list) else value
