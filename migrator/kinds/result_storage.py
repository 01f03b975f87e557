"""The server's default result storage: one setting, which points to a block document."""

from migrator.kinds.kind import Kind, Listing, Request, only
from migrator.kinds.references import Place

_BLOCK = "default_result_storage_block_id"

RESULT_STORAGE = Kind(
    name="result-storage",
    listing=Listing("/admin/storage", single=True),
    optional=True,
    names=lambda _: ("default",),
    shape=lambda row, _: only(row, _BLOCK),
    carried=lambda row: row[_BLOCK] is not None,
    places=(Place(f"/{_BLOCK}"),),
    settable=(_BLOCK,),
    at=lambda _id, _name: "/admin/storage",
    change=lambda change: (Request("PUT", change.path, change.body),),
    create=lambda body: Request("PUT", "/admin/storage", body),
    find=lambda _: [Request("GET", "/admin/storage")],
    look_ahead=lambda _: [Request("GET", "/admin/storage")],
    identities=lambda body: (("default",),) if body[_BLOCK] else (),
    overwrites=True,
)
