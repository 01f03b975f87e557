"""The server's default result storage: one setting, which points to a block document."""

from migrator.kinds.kind import Kind, Listing, Request, only
from migrator.kinds.references import Place

_BLOCK = "default_result_storage_block_id"

_PATH = "/admin/storage"


def _all(_: object) -> list[Request]:
    """There is one."""
    return [Request("GET", _PATH)]


RESULT_STORAGE = Kind(
    name="result-storage",
    listing=Listing(_PATH, single=True),
    optional=True,
    names=lambda _: ("default",),
    shape=lambda row, _: only(row, _BLOCK),
    carried=lambda row: row[_BLOCK] is not None,
    places=(Place(f"/{_BLOCK}"),),
    settable=(_BLOCK,),
    at=lambda _id, _name: _PATH,
    change=lambda change: (Request("PUT", change.path, change.body),),
    create=lambda body: Request("PUT", _PATH, body),
    find=_all,
    look_ahead=_all,
    identities=lambda body: (("default",),) if body[_BLOCK] else (),
    overwrites=True,
)
