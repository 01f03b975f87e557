"""Tag limits: how many task runs with a tag may run at once."""

from migrator.kinds.kind import Kind, Listing, Request, named_by, only, segment, told_by

TAG_LIMIT = Kind(
    name="tag-limit",
    listing=Listing("/concurrency_limits/filter"),
    names=named_by("tag"),
    shape=lambda row, _: only(row, "tag", "concurrency_limit"),
    create=lambda body: Request("POST", "/concurrency_limits/", body),
    find=lambda bodies: [Request("GET", f"/concurrency_limits/tag/{segment(body['tag'])}") for body in bodies],
    identities=told_by("tag"),
    overwrites=True,
)
