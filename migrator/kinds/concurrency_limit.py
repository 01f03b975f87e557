"""Global concurrency limits, without the slots that are taken right now.

Limits named `tag:<tag>` are tag limits, and one named `deployment:<id>` belongs to that deployment: the server
makes both, under names that hold for its own ids only (`prefect.server.models.deployments`).
"""

import re

from migrator.kinds.kind import Kind, Listing, Request, by_id, named_by, only, segment, told_by

_PART_OF_ANOTHER = re.compile(r"tag:.*|deployment:[0-9a-f-]{36}", re.DOTALL)

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
