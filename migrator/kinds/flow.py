"""Flows: a name with tags and labels."""

from migrator.kinds.kind import Kind, Listing, Request, any_of, by_id, named_by, only, told_by

FLOW = Kind(
    name="flow",
    listing=Listing("/flows/filter", {"sort": "NAME_ASC"}, count="/flows/count"),
    names=named_by("name"),
    shape=lambda row, _: only(row, "name", "tags", labels={}),
    settable=("tags",),
    at=by_id("/flows"),
    create=lambda body: Request("POST", "/flows/", body),
    find=lambda bodies: [Request("POST", "/flows/filter", {"flows": {"name": any_of(b["name"] for b in bodies)}})],
    identities=told_by("name"),
    returns_existing=True,
)
