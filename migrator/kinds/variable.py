"""Variables: a JSON value under a name."""

from migrator.kinds.kind import Kind, Listing, Request, any_of, by_id, named_by, only, told_by

VARIABLE = Kind(
    name="variable",
    listing=Listing("/variables/filter", count="/variables/count"),
    names=named_by("name"),
    shape=lambda row, _: only(row, "name", "value", "tags"),
    settable=("value", "tags"),
    at=by_id("/variables"),
    create=lambda body: Request("POST", "/variables/", body),
    find=lambda bodies: [
        Request("POST", "/variables/filter", {"variables": {"name": any_of(body["name"] for body in bodies)}})
    ],
    identities=told_by("name"),
)
