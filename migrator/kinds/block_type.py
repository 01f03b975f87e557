"""Block types. The built-in ones come with each server's own release, so a type is known by its slug only."""

from migrator.kinds.kind import Kind, Listing, Request, any_of, by_id, named_by, only, told_by

BLOCK_TYPE = Kind(
    name="block-type",
    listing=Listing("/block_types/filter"),
    names=named_by("slug"),
    shape=lambda row, _: only(row, "name", "slug", "logo_url", "documentation_url", "description", "code_example"),
    compared=False,
    at=by_id("/block_types"),
    create=lambda body: Request("POST", "/block_types/", body),
    find=lambda bodies: [
        Request("POST", "/block_types/filter", {"block_types": {"slug": any_of(body["slug"] for body in bodies)}})
    ],
    identities=told_by("slug"),
)
