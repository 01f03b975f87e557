"""A workspace of any size, made up page by page, with rows as a Prefect 3.8.8 server lists them."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from migrator.kinds import KINDS
from migrator.kinds.kind import Request
from migrator.model.canonical import Body, Json
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from tests.unit import rows

#: Of a hundred resources, how many are of each kind.
SHARES = {
    "deployment": 60,
    "flow": 12,
    "variable": 8,
    "automation": 6,
    "block-document": 5,
    "concurrency-limit": 4,
    "work-queue": 3,
    "work-pool": 1,
    "saved-search": 1,
}
_KIND_OF_PATH = {kind.listing.path: kind.name for kind in KINDS}
_NUMBERS = {kind.name: number for number, kind in enumerate(KINDS)}


class LargeWorkspace:
    """What a profile leads to: so many hundreds of resources, the same ones on every side, under each side's own ids.

    Args:
        profile: Where it is.
        side: What makes its ids its own.
        hundreds: How large it is.
    """

    def __init__(self, profile: Profile, side: int, hundreds: int) -> None:
        self.profile = profile
        self.pressure = Pressure(1)
        self.requests = 0
        self._side = side
        self._hundreds = hundreds

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass

    async def get(self, path: str) -> Json:
        """What it says of itself."""
        answers = {
            "/admin/version": "3.8.8",
            "/block_types/slug/secret": {"id": self._id("block-type", self._hundreds)},
        }
        return answers.get(path, {})

    async def send(self, request: Request) -> tuple[int, Json]:
        """A page of a list, a count of nothing, or no default result storage."""
        self.requests += 1
        kind = _KIND_OF_PATH.get(request.path)
        if kind == "result-storage":
            return 200, {"default_result_storage_block_id": None}
        if kind is None:
            return 200, self._count(request.path) if request.path.endswith("/count") else []
        return 200, self._page(kind, request.body)

    def _count(self, path: str) -> int:
        kind = next((kind.name for kind in KINDS if kind.listing.count == path), None)
        return 0 if kind is None else self._size(kind)

    def _size(self, kind: str) -> int:
        return 1 if kind in {"block-type", "block-schema"} else SHARES.get(kind, 0) * self._hundreds

    def _page(self, kind: str, asked: Body) -> list[Body]:
        numbers = range(asked["offset"], min(asked["offset"] + asked["limit"], self._size(kind)))
        return [self._row(kind, number) for number in numbers]

    def _row(self, kind: str, number: int) -> Body:
        created = f"2026-11-22T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.{number:06}Z"
        own = {"id": self._id(kind, number), "created": created, "updated": created}
        return {**rows.ROWS[kind], **own, **_ROWS[kind](self._id, number)}

    def _id(self, kind: str, number: int) -> str:
        return rows.an_id((self._side << 28) + (_NUMBERS[kind] << 24) + number)


IdOf = Callable[[str, int], str]


def _deployment(id_of: IdOf, number: int) -> Body:
    pool, limit = number % 61, number % 7
    return {
        "name": f"nightly-load-{number}",
        "flow_id": id_of("flow", number // 5),
        "schedules": [{**rows.DEPLOYMENT["schedules"][0], "deployment_id": id_of("deployment", number)}],
        "global_concurrency_limit": {
            **rows.CONCURRENCY_LIMIT,
            "id": id_of("concurrency-limit", limit),
            "name": f"slots-{limit}",
        },
        "job_variables": {"credentials": {"$ref": {"block_document_id": id_of("block-document", number % 5)}}},
        "parameters": {"tenant": number, "routing": "{{ prefect.variables.routing_0 }}"},
        "tags": [f"tenant-{number % 97}", "nightly"],
        "labels": {"team": "data", "prefect.flow.id": id_of("flow", number // 5)},
        "work_pool_name": f"kubernetes-{pool // 61}",
        "work_queue_name": f"urgent-{pool // 61}-1",
        "work_queue_id": id_of("work-queue", 1),
        "storage_document_id": id_of("block-document", number % 5),
    }


def _automation(id_of: IdOf, number: int) -> Body:
    action = {**rows.AUTOMATION["actions"][0], "deployment_id": id_of("deployment", number * 9)}
    flow = {"prefect.resource.role": "flow", "prefect.resource.id": f"prefect.flow.{id_of('flow', number)}"}
    return {
        "name": f"Report after load {number}",
        "tags": ["core"],
        "trigger": {**rows.AUTOMATION["trigger"], "match_related": flow},
        "actions": [action],
        "actions_on_resolve": [
            {**rows.AUTOMATION["actions_on_resolve"][0], "block_document_id": id_of("block-document", 0), "body": ""}
        ],
    }


def _block_document(id_of: IdOf, number: int) -> Body:
    return {
        "name": f"credentials-{number}",
        "block_schema_id": id_of("block-schema", 0),
        "block_type_id": id_of("block-type", 0),
    }


def _work_pool(id_of: IdOf, number: int) -> Body:
    storage = {**rows.WORK_POOL["storage_configuration"], "default_result_storage_block_id": None}
    credentials = {"credentials": {"default": {"$ref": {"block_document_id": id_of("block-document", number)}}}}
    return {
        "name": f"kubernetes-{number}",
        "base_job_template": {"job_configuration": {}, "variables": {"type": "object", "properties": credentials}},
        "default_queue_id": id_of("work-queue", number * 3),
        "storage_configuration": storage,
    }


def _work_queue(id_of: IdOf, number: int) -> Body:
    pool, place = divmod(number, 3)
    names = {"name": f"urgent-{pool}-{place}", "work_pool_name": f"kubernetes-{pool}"}
    return {**names, "priority": place + 1, "work_pool_id": id_of("work-pool", pool)}


def _saved_search(id_of: IdOf, number: int) -> Body:
    filters = {**rows.SAVED_SEARCH["filters"][0], "value": [id_of("flow", number)]}
    return {"name": f"etl {number}", "filters": [filters]}


_ROWS: dict[str, Callable[[IdOf, int], Body]] = {
    "deployment": _deployment,
    "flow": lambda _, number: {"name": f"etl-of-tenant-{number}", "tags": ["core"]},
    "variable": lambda _, number: {"name": f"routing_{number}"},
    "automation": _automation,
    "block-document": _block_document,
    "concurrency-limit": lambda _, number: {"name": f"slots-{number}"},
    "work-queue": _work_queue,
    "work-pool": _work_pool,
    "saved-search": _saved_search,
    "block-type": lambda _id_of, _number: {},
    "block-schema": lambda id_of, _: {"block_type_id": id_of("block-type", 0)},
}
