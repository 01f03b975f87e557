"""Edits of a small workspace, as its owners make them at random: few names, so that both sides often mean the same."""

from collections.abc import Callable
from random import Random
from typing import Any

Ask = Callable[..., Any]
Edit = Callable[[Ask, Random], None]

#: What is deleted to empty a workspace, in an order in which nothing is in the way.
LISTS = ("automations", "deployments", "flows", "work_pools", "variables", "v2/concurrency_limits")


def empty(ask: Ask) -> None:
    """Delete everything that edits make."""
    for what in LISTS:
        for row in ask("POST", f"/{what}/filter", {}):
            ask("DELETE", f"/{what}/{row['name'] if what == 'work_pools' else row['id']}")


def edit_variable(ask: Ask, random: Random) -> None:
    """Made, changed, or deleted."""
    name = random.choice(["x", "y", "z"])
    body = {"value": random.choice([1, "one", {"a": [1]}]), "tags": random.choice([[], ["t"]])}
    there = _named(ask, "variables", name)
    if there and random.random() < 0.3:
        ask("DELETE", f"/variables/{there['id']}")
    elif there:
        ask("PATCH", f"/variables/{there['id']}", body)
    else:
        ask("POST", "/variables/", {"name": name, **body})


def edit_limit(ask: Ask, random: Random) -> None:
    """Made or changed; deployments share it."""
    body = {"limit": random.choice([1, 2, 5]), "slot_decay_per_second": random.choice([0.0, 0.5])}
    there = _named(ask, "v2/concurrency_limits", "shared")
    if there:
        ask("PATCH", f"/v2/concurrency_limits/{there['id']}", body)
    else:
        ask("POST", "/v2/concurrency_limits/", {"name": "shared", **body})


def edit_pool(ask: Ask, random: Random) -> None:
    """Made, changed, or deleted, with its queues."""
    name = random.choice(["p", "q"])
    settings = {"description": random.choice(["", "tuned"]), "concurrency_limit": random.choice([None, 3])}
    there = _named(ask, "work_pools", name)
    if there and random.random() < 0.2:
        ask("DELETE", f"/work_pools/{name}")
    elif there:
        ask("PATCH", f"/work_pools/{name}", settings)
    else:
        ask("POST", "/work_pools/", {"name": name, "type": "process", **settings})


def edit_queue(ask: Ask, random: Random) -> None:
    """Of a pool that is there: made, moved, paused."""
    pools = ask("POST", "/work_pools/filter", {})
    if not pools:
        return
    pool = random.choice(pools)["name"]
    settings = {"is_paused": random.choice([True, False]), "priority": random.choice([1, 2, 3])}
    name = random.choice(["high", "low"])
    queues = ask("POST", f"/work_pools/{pool}/queues/filter", {})
    there = next((queue for queue in queues if queue["name"] == name), None)
    if there:
        ask("PATCH", f"/work_queues/{there['id']}", settings)
    else:
        ask("POST", f"/work_pools/{pool}/queues", {"name": name, **settings})


def edit_deployment(ask: Ask, random: Random) -> None:
    """Made or replaced, by the endpoint that Prefect's own `deploy` uses; or deleted."""
    flow = ask("POST", "/flows/", {"name": random.choice(["f", "g"])})
    name = random.choice(["d", "e"])
    filters = {"deployments": {"name": {"any_": [name]}}, "flows": {"id": {"any_": [flow["id"]]}}}
    there = ask("POST", "/deployments/filter", filters)
    if there and random.random() < 0.2:
        ask("DELETE", f"/deployments/{there[0]['id']}")
    else:
        ask("POST", "/deployments/", {"name": name, "flow_id": flow["id"], **_deployment(ask, random)})


def _deployment(ask: Ask, random: Random) -> dict[str, Any]:
    slugs = random.sample(["a", "b", None], random.randint(0, 3))
    pools = [None, *(pool["name"] for pool in ask("POST", "/work_pools/filter", {}))]
    shared = _named(ask, "v2/concurrency_limits", "shared")
    limits: list[dict[str, Any]] = [{}, {"concurrency_limit": random.choice([1, 4])}]
    if shared:
        limits.append({"global_concurrency_limit_id": shared["id"]})
    pool = random.choice(pools)
    return {
        "paused": random.choice([True, False]),
        "description": random.choice([None, "nightly"]),
        "tags": random.choice([[], ["t"], ["t", "u"]]),
        "parameters": random.choice([{}, {"n": 1}]),
        "schedules": [
            {"slug": slug, "active": random.choice([True, False]), "schedule": {"interval": interval}}
            for slug, interval in zip(slugs, random.sample([60.0, 90.0, 120.0], len(slugs)), strict=True)
        ],
        **({} if pool is None else {"work_pool_name": pool}),
        **random.choice(limits),
    }


def edit_automation(ask: Ask, random: Random) -> None:
    """Made, changed or deleted: it pauses a deployment, or does nothing yet."""
    deployments = ask("POST", "/deployments/filter", {})
    action = {"type": "pause-deployment", "source": "selected"}
    actions = [{**action, "deployment_id": row["id"]} for row in random.sample(deployments, min(1, len(deployments)))]
    trigger = {"type": "event", "posture": "Reactive", "expect": ["e"], "threshold": 1, "within": 0}
    body = {"name": "m", "enabled": random.choice([True, False]), "trigger": trigger, "actions": actions}
    there = _named(ask, "automations", "m")
    if there and random.random() < 0.2:
        ask("DELETE", f"/automations/{there['id']}")
    elif there:
        ask("PUT", f"/automations/{there['id']}", body)
    else:
        ask("POST", "/automations/", body)


def _named(ask: Ask, what: str, name: str) -> Any:
    return next((row for row in ask("POST", f"/{what}/filter", {}) if row["name"] == name), None)


EDITS: tuple[Edit, ...] = (
    edit_variable,
    edit_limit,
    edit_pool,
    edit_queue,
    edit_deployment,
    edit_deployment,
    edit_automation,
)
