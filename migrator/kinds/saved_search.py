"""Saved searches: a name for filters of the flow runs page."""

from migrator.kinds.kind import Kind, Listing, Request, by_id, named_by, only, told_by

_LIST = "/saved_searches/filter"


def _all(_: object) -> list[Request]:
    """The list knows no filter by name."""
    return [Request("POST", _LIST, {})]


SAVED_SEARCH = Kind(
    name="saved-search",
    listing=Listing(_LIST),
    optional=True,
    names=named_by("name"),
    shape=lambda row, _: only(row, "name", "filters"),
    settable=("filters",),
    at=by_id("/saved_searches"),
    change=lambda change: (Request("PUT", "/saved_searches/", change.body),),
    create=lambda body: Request("PUT", "/saved_searches/", body),
    find=_all,
    look_ahead=_all,
    identities=told_by("name"),
    overwrites=True,
)
