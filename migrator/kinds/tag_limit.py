"""Tag limits: how many task runs with a tag may run at once.

Servers since 3.4.14 at least keep them as global limits named `tag:<tag>`, and their own list shows only those
that are among the first global limits (`prefect.server.api.concurrency_limits` filters after paging). Older ones
have them in a table of their own, which only that list shows. So both lists are read.
"""

from collections.abc import Collection

from migrator.kinds.concurrency_limit import TUNED, tune, tuned
from migrator.kinds.kind import Identity, Kind, Listing, Request, Surroundings, by_id, segment, without
from migrator.model.canonical import Body, Json

_PREFIX = "tag:"
_LISTS = ("/v2/concurrency_limits/filter", "/concurrency_limits/filter")


def _is_tag_limit(row: Body) -> bool:
    return "tag" in row or row["name"].startswith(_PREFIX)


def _tag(row: Body) -> str:
    return str(row["tag"] if "tag" in row else row["name"].removeprefix(_PREFIX))


def _shape(row: Body, _: Surroundings) -> Body:
    limit = row["concurrency_limit"] if "tag" in row else row["limit"]
    return {"tag": _tag(row), "concurrency_limit": limit, **tuned(row)}


def _create(body: Body) -> Request:
    return Request("POST", "/concurrency_limits/", without(body, TUNED))


def _identities(row: Body) -> tuple[Identity, ...]:
    """Of a content, or of a row of either list; the first one also has limits of other kinds."""
    return ((_tag(row),),) if _is_tag_limit(row) else ()


def _by_tag(tag: Json) -> Request:
    return Request("GET", f"/concurrency_limits/tag/{segment(tag)}")


def _look_ahead(names: Collection[tuple[str, ...]]) -> list[Request]:
    """No list knows a filter, so for many it is both lists as they are, as many pages as planning has read."""
    if len(names) <= len(_LISTS):
        return [_by_tag(tag) for (tag,) in names]
    return [Request("POST", path, {}) for path in _LISTS]


TAG_LIMIT = Kind(
    name="tag-limit",
    listing=Listing(_LISTS[0]),
    also_listed=Listing(_LISTS[1]),
    names=lambda row: (_tag(row),),
    shape=_shape,
    carried=_is_tag_limit,
    # What was tuned is not shown where every server shows one, so that it could not be restored.
    settable=("concurrency_limit",),
    at=by_id("/concurrency_limits"),
    change=lambda change: (_create(change.body),),
    create=_create,
    since={TUNED: (3, 6)},
    completes=lambda body: TUNED in body,
    complete=lambda own_id, body, _row: tune(own_id, body),
    find=lambda bodies: [_by_tag(body["tag"]) for body in bodies],
    look_ahead=_look_ahead,
    identities=_identities,
    overwrites=True,
)
