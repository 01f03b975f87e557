"""A small model of what a Prefect server does with the requests that change deployments.

After `prefect.server.api.deployments` and `prefect.server.models.deployments` of 3.8.8: `update_deployment`,
`_create_or_update_deployment_concurrency_limit`, `_delete_related_concurrency_limit`, `delete_deployment`,
`create_deployment_schedules`, `update_deployment_schedule`, `delete_deployment_schedule`. Bodies are read with the
server's own models, which refuse what they do not know.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from prefect.server.schemas.actions import (
    ConcurrencyLimitV2Update,
    DeploymentScheduleCreate,
    DeploymentScheduleUpdate,
    DeploymentUpdate,
)
from prefect.server.schemas.schedules import SCHEDULE_TYPES
from pydantic import TypeAdapter

from migrator.kinds.kind import Request
from migrator.model.canonical import Body
from tests.unit.rows import an_id

_PATTERN: TypeAdapter[Any] = TypeAdapter(SCHEDULE_TYPES)


def a_limit(own_id: str, name: str, limit: int, **tuned: object) -> Body:
    """A limit as the server makes one, but for what was tuned since."""
    return {"id": own_id, "name": name, "limit": limit, "active": True, "slot_decay_per_second": 0.0, **tuned}


@dataclass
class Server:
    """One deployment, and the limits of its workspace.

    Attributes:
        row: The deployment, as its columns are.
        limits: By id, every limit.
        queues: By pool, its queues; the first is its default one.
    """

    row: Body
    limits: dict[str, Body]
    queues: dict[str, list[str]]
    _made: int = field(default=0, init=False)

    def shown(self) -> Body:
        """The deployment as the API shows it."""
        pool, queue = self.row["queue"] or (None, self.row["work_queue_name"])
        return {
            **{name: value for name, value in self.row.items() if name not in {"queue", "limit_id"}},
            "concurrency_limit": None,
            "global_concurrency_limit": self.limits.get(self.row["limit_id"]),
            "work_pool_name": pool,
            "work_queue_name": queue,
            "work_queue_id": queue,
        }

    def take(self, request: Request) -> None:
        """Do what a request says."""
        match request.method, request.path.split("/")[1:]:
            case "PATCH", ["v2", "concurrency_limits", name]:
                [limit] = [limit for limit in self.limits.values() if limit["name"] == name]
                read = ConcurrencyLimitV2Update.model_validate(request.body)
                limit |= read.model_dump(mode="json", exclude_unset=True)
            case "PATCH", ["deployments", _]:
                self._update(request.body)
            case "DELETE", ["deployments", _]:
                self.limits.pop(self.row["limit_id"], None)
                self.row = {}
            case "POST", ["deployments", _, "schedules"]:
                self.row["schedules"] += [self._new_schedule(schedule) for schedule in request.body]
            case "PATCH", ["deployments", _, "schedules", own_id]:
                self._update_schedule(self._schedule(own_id), request.body)
            case "DELETE", ["deployments", _, "schedules", own_id]:
                self.row["schedules"].remove(self._schedule(own_id))
            case _:
                raise AssertionError(request)
        slugs = [schedule["slug"] for schedule in self.row.get("schedules", ()) if schedule["slug"]]
        assert len(slugs) == len(set(slugs)), "ix_deployment_schedule__deployment_id__slug"

    def _update(self, body: Body) -> None:
        assert "schedules" not in body, "it would mint new ones, without their bounds"
        read = DeploymentUpdate.model_validate(body).model_dump(mode="json", exclude_unset=True)
        own, shared = read.pop("concurrency_limit", "unset"), read.pop("global_concurrency_limit_id", "unset")
        self._route(read)
        if read.get("job_variables", "unset") is None:
            del read["job_variables"]
        self.row.update(read)
        if shared != "unset":
            assert shared is None or shared in self.limits, "404"
            self.row["limit_id"] = shared
        if own != "unset":
            self._set_own_limit(own)

    def _route(self, read: Body) -> None:
        """The column of the queue's name is written as it is sent, whatever becomes of its id."""
        if "work_pool_name" not in read:
            assert "work_queue_name" not in read, "it would be sought in the default agent pool"
            return
        pool, queue = read.pop("work_pool_name"), read.get("work_queue_name")
        if pool is not None and queue is not None:
            assert queue in self.queues[pool], "the server would make it up"
        self.row["queue"] = None if pool is None else (pool, queue or self.queues[pool][0])

    def _set_own_limit(self, limit: int | None) -> None:
        attached = self.limits.get(self.row["limit_id"])
        if (attached is None and limit is None) or (attached is not None and attached["limit"] == limit):
            return
        if limit is None:
            del self.limits[self.row["limit_id"]]
            self.row["limit_id"] = None
        elif attached is not None:
            attached["limit"] = limit
        else:
            name = f"deployment:{self.row['id']}"
            assert name not in {one["name"] for one in self.limits.values()}, "409"
            self.row["limit_id"] = self._new_id()
            self.limits[self.row["limit_id"]] = a_limit(self.row["limit_id"], name, limit)

    def _new_schedule(self, body: Body) -> Body:
        read = DeploymentScheduleCreate.model_validate(body)
        return {"id": self._new_id(), **read.model_dump(mode="json", exclude={"replaces"})}

    def _update_schedule(self, schedule: Body, body: Body) -> None:
        """Nulls are left out, also inside the pattern, which is completed when its column is read."""
        read = DeploymentScheduleUpdate.model_validate(body)
        schedule |= read.model_dump(mode="json", exclude_none=True, exclude={"replaces"})
        schedule["schedule"] = _PATTERN.validate_python(schedule["schedule"]).model_dump(mode="json")

    def _schedule(self, own_id: str) -> dict[str, Any]:
        return next(schedule for schedule in self.row["schedules"] if schedule["id"] == own_id)

    def _new_id(self) -> str:
        self._made += 1
        return str(UUID(an_id(0xFFF00 + self._made)))
