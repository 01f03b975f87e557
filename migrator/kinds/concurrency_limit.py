"""Global concurrency limits, without the slots that are taken right now.

Limits named `tag:<tag>` are tag limits, and one named `deployment:<id>` belongs to that deployment: the server
makes both, under names that hold for its own ids only (`prefect.server.models.deployments`).
"""

import re

from migrator.kinds.kind import Kind, Listing, Request, by_id, named_by, only, segment, told_by
from migrator.model.canonical import Body

#: The field that holds what was tuned on a limit that belongs to something else.
TUNED = "tuned_limit"
#: What the server makes of such a limit, besides its number.
_USUAL: Body = {"active": True, "slot_decay_per_second": 0.0}
_PART_OF_ANOTHER = re.compile(r"tag:.*|deployment:[0-9a-f-]{36}", re.DOTALL)


def tuned(row: Body) -> Body:
    """What was tuned on a limit since the server made it for something else; nothing, most of the time."""
    changes = {name: row[name] for name, usual in _USUAL.items() if row.get(name, usual) != usual}
    return {TUNED: changes} if changes else {}


def tune(name: str, body: Body) -> tuple[Request, ...]:
    """The request that does so again, to a limit of that name."""
    return (Request("PATCH", f"/v2/concurrency_limits/{name}", body[TUNED]),) if TUNED in body else ()


def tuning(body: Body) -> Body:
    """What a limit is to be tuned to, whatever it is now."""
    return {**_USUAL, **(body.get(TUNED) or {})}


CONCURRENCY_LIMIT = Kind(
    name="concurrency-limit",
    listing=Listing("/v2/concurrency_limits/filter"),
    names=named_by("name"),
    shape=lambda row, _: only(row, "name", "limit", "active", "slot_decay_per_second"),
    carried=lambda row: not _PART_OF_ANOTHER.fullmatch(str(row["name"])),
    settable=("limit", "active", "slot_decay_per_second"),
    at=by_id("/v2/concurrency_limits"),
    create=lambda body: Request("POST", "/v2/concurrency_limits/", body),
    find=lambda bodies: [Request("GET", f"/v2/concurrency_limits/{segment(body['name'])}") for body in bodies],
    identities=told_by("name"),
)
