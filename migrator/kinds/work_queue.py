"""Work queues. A pool's default queue is known by its role, whatever its name, and is adjusted, not created.

A queue that is given the priority of another one moves that one and those behind it (`prefect.server.models.workers`),
so the queues of a pool are written one after another, and where a priority is taken, the new ones are given none: the
server then finds them the first that is free.
"""

from collections.abc import Collection, Iterable

from migrator.kinds.kind import (
    Identity,
    Kind,
    Listing,
    Request,
    Surroundings,
    any_of,
    by_id,
    named_by,
    only,
    segment,
    without,
)
from migrator.model.canonical import Body
from migrator.model.keys import Key, key_of

#: What the server calls the default queue of a new pool.
DEFAULT_NAME = "default"
#: Pools that are rather asked for their queues one by one than by a list that may have pages.
FEW = 2
_SETTINGS = ("name", "description", "is_paused", "concurrency_limit", "priority")


def _shape(row: Body, surroundings: Surroundings) -> Body:
    is_default = (row["work_pool_name"], row["name"]) in surroundings.default_queues
    return {**only(row, *_SETTINGS), "work_pool_name": row["work_pool_name"], "is_default": is_default}


def _pool(body: Body) -> tuple[Key, ...]:
    return (key_of("work-pool", body["work_pool_name"]),)


def _turn(body: Body) -> tuple[str, int]:
    """The default queue first, so that it has its name before a namesake comes; then by priority."""
    return body["work_pool_name"], 0 if body["is_default"] else body["priority"]


def _queues_of(pool: str) -> str:
    return f"/work_pools/{segment(pool)}/queues"


def _create(body: Body) -> Request:
    return Request("POST", _queues_of(body["work_pool_name"]), without(body, "work_pool_name", "is_default"))


def _identities(body: Body) -> tuple[Identity, ...]:
    pool = body["work_pool_name"]
    names = (body["name"], DEFAULT_NAME) if body.get("is_default") else (body["name"],)
    return tuple((pool, name) for name in names)


def _find(bodies: Iterable[Body]) -> list[Request]:
    wanted: dict[str, set[str]] = {}
    for body in bodies:
        for pool, name in _identities(body):
            wanted.setdefault(pool, set()).add(name)
    return [
        Request("POST", f"{_queues_of(pool)}/filter", {"work_queues": {"name": any_of(sorted(names))}})
        for pool, names in wanted.items()
    ]


def _look_ahead(names: Collection[tuple[str, ...]]) -> list[Request]:
    """Of many pools in one list, which those of other pools are in that are called alike."""
    pools = {pool for pool, _ in names}
    wanted = any_of(sorted({DEFAULT_NAME, *(name for _, name in names)}))
    paths = [_queues_of(pool) for pool in sorted(pools)] if len(pools) <= FEW else ["/work_queues"]
    return [Request("POST", f"{path}/filter", {"work_queues": {"name": wanted}}) for path in paths]


WORK_QUEUE = Kind(
    name="work-queue",
    listing=Listing("/work_queues/filter"),
    names=named_by("work_pool_name", "name"),
    shape=_shape,
    needs=_pool,
    turn=_turn,
    settable=_SETTINGS,
    at=by_id("/work_queues"),
    positioned_by="priority",
    position=lambda body: (body["work_pool_name"], body["priority"]),
    create=_create,
    find=_find,
    look_ahead=_look_ahead,
    identities=_identities,
    comes_along=lambda body: bool(body["is_default"]),
    appended=lambda body: without(body, "priority"),
)
