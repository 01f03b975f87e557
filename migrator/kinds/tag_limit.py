"""Tag limits: how many task runs with a tag may run at once.

Servers since 3.4.14 at least keep them as global limits named `tag:<tag>`, and their own list shows only those
that are among the first global limits (`prefect.server.api.concurrency_limits` filters after paging). Older ones
have them in a table of their own, which only that list shows. So both lists are read.
"""

from migrator.kinds.concurrency_limit import TUNED, tune, tuned
from migrator.kinds.kind import Kind, Listing, Request, Surroundings, by_id, segment, told_by, without
from migrator.model.canonical import Body

_PREFIX = "tag:"


def _tag(row: Body) -> str:
    return str(row["tag"] if "tag" in row else row["name"].removeprefix(_PREFIX))


def _shape(row: Body, _: Surroundings) -> Body:
    limit = row["concurrency_limit"] if "tag" in row else row["limit"]
    return {"tag": _tag(row), "concurrency_limit": limit, **tuned(row)}


def _create(body: Body) -> Request:
    return Request("POST", "/concurrency_limits/", without(body, TUNED))


TAG_LIMIT = Kind(
    name="tag-limit",
    listing=Listing("/v2/concurrency_limits/filter"),
    also_listed=Listing("/concurrency_limits/filter"),
    names=lambda row: (_tag(row),),
    shape=_shape,
    carried=lambda row: "tag" in row or row["name"].startswith(_PREFIX),
    # What was tuned is not shown where every server shows one, so that it could not be restored.
    settable=("concurrency_limit",),
    at=by_id("/concurrency_limits"),
    change=lambda change: (_create(change.body),),
    create=_create,
    since={TUNED: (3, 6)},
    completes=lambda body: TUNED in body,
    complete=lambda own_id, body, _row: tune(own_id, body),
    find=lambda bodies: [Request("GET", f"/concurrency_limits/tag/{segment(body['tag'])}") for body in bodies],
    identities=told_by("tag"),
    overwrites=True,
)
