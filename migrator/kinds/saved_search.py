"""Saved searches: a name for filters of the flow runs page."""

from migrator.kinds.kind import Kind, Listing, Request, by_id, named_by, only, told_by

SAVED_SEARCH = Kind(
    name="saved-search",
    listing=Listing("/saved_searches/filter"),
    optional=True,
    names=named_by("name"),
    shape=lambda row, _: only(row, "name", "filters"),
    settable=("filters",),
    at=by_id("/saved_searches"),
    change=lambda change: (Request("PUT", "/saved_searches/", change.body),),
    create=lambda body: Request("PUT", "/saved_searches/", body),
    # The list knows no filter by name.
    find=lambda _: [Request("POST", "/saved_searches/filter", {})],
    look_ahead=lambda _: [Request("POST", "/saved_searches/filter", {})],
    identities=told_by("name"),
    overwrites=True,
)
