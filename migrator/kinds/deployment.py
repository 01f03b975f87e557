"""Deployments, with their schedules, limits and labels.

Creating one that exists replaces its schedules and deletes its limit (the endpoint is an upsert,
`prefect.server.models.deployments`), so existence is looked up before every create.
"""

from collections.abc import Iterable

from migrator.kinds.kind import IdOf, Kind, Listing, Request, Surroundings, any_of, only, told_by, without
from migrator.kinds.references import Place
from migrator.kinds.schedule import schedules
from migrator.model.canonical import Body
from migrator.model.keys import Key, key_of

_CONTENT = (
    *("name", "flow_id", "paused", "enforce_parameter_schema", "parameters", "tags"),
    *("pull_steps", "work_pool_name", "work_queue_name", "storage_document_id", "infrastructure_document_id"),
    *("description", "path", "version", "entrypoint"),
)
#: What only Prefect 2 knows.
_GONE = ("manifest_path",)
#: What a limit's options of older servers do not show.
_ABSENT_OPTIONS: Body = {"grace_period_seconds": None}


def _shape(row: Body, surroundings: Surroundings) -> Body:
    # Prefect 2 calls job variables `infra_overrides`.
    body = only(row, *_CONTENT, labels={}, concurrency_options=None, job_variables=row.get("infra_overrides", {}))
    if (row.get("work_pool_name"), row.get("work_queue_name")) in surroundings.default_queues:
        body["work_queue_name"] = None
    # The server sets its own labels itself, but would let ours win.
    labels = (body["labels"] or {}).items()
    return body | {
        **_limit(row),
        "labels": {name: value for name, value in labels if not name.startswith("prefect.")},
        "concurrency_options": body["concurrency_options"] and {**_ABSENT_OPTIONS, **body["concurrency_options"]},
        "schedules": schedules(row),
        # Without a schema it has an empty one; servers of 3.4 show null.
        "parameter_openapi_schema": row.get("parameter_openapi_schema") or {},
    }


def _limit(row: Body) -> Body:
    """A limit of its own is a number; a shared one is a reference."""
    limit = row.get("global_concurrency_limit")
    if limit is None:
        return {}
    if limit["name"] == f"deployment:{row['id']}":
        return {"concurrency_limit": limit["limit"]}
    return {"global_concurrency_limit_id": limit["id"]}


def _bounded(body: Body) -> list[Body]:
    """The schedules whose bound only their own endpoint keeps."""
    return [schedule for schedule in body["schedules"] if schedule.get("max_scheduled_runs")]


def _create(body: Body) -> Request:
    unbounded = [schedule for schedule in body["schedules"] if not schedule.get("max_scheduled_runs")]
    # Explicit nulls would detach what the server attaches by itself.
    absent = [name for name in ("work_pool_name", "work_queue_name") if body.get(name) is None]
    # One that was created without a schema has an empty one, which the server would not take for that.
    absent += [name for name in ("parameter_openapi_schema",) if body.get(name) == {}]
    return Request("POST", "/deployments/", {**without(body, *absent), "schedules": unbounded})


def _complete(own_id: str, body: Body, row: Body | None) -> tuple[Request, ...]:
    there = schedules(row) if row else []
    missing = [schedule for schedule in _bounded(body) if schedule not in there]
    return (Request("POST", f"/deployments/{own_id}/schedules", missing),) if missing else ()


def _needs(body: Body) -> tuple[Key, ...]:
    pool, queue = body.get("work_pool_name"), body.get("work_queue_name")
    if pool is None:
        return ()
    needs = (key_of("work-pool", pool),)
    return needs if queue is None else (*needs, key_of("work-queue", pool, queue))


def _find(bodies: Iterable[Body]) -> list[Request]:
    names, flows = ({str(body[field]) for body in bodies} for field in ("name", "flow_id"))
    filters: Body = {"deployments": {"name": any_of(names)}, "flows": {"id": any_of(flows)}}
    return [Request("POST", "/deployments/filter", filters)]


def _remarks(row: Body) -> tuple[str, ...]:
    """Prefect 2 had an infrastructure block run by an agent; Prefect 3 keeps the reference and does nothing with it."""
    unsupported = "infrastructure blocks are unsupported: Prefect 3 has work pools in their place"
    gone = (f"/{name} is of Prefect 2, and left out" for name in _GONE if row.get(name))
    return (*((unsupported,) if row.get("infrastructure_document_id") else ()), *gone)


DEPLOYMENT = Kind(
    name="deployment",
    listing=Listing("/deployments/filter", {"sort": "CREATED_DESC"}, count="/deployments/count"),
    names=lambda row: (IdOf(str(row["flow_id"])), str(row["name"])),
    shape=_shape,
    places=(
        Place("/flow_id"),
        Place("/storage_document_id", required=False),
        Place("/infrastructure_document_id", required=False),
        Place("/global_concurrency_limit_id", required=False),
    ),
    needs=_needs,
    live=("paused", False),
    create=_create,
    completes=lambda body: bool(_bounded(body)),
    complete=_complete,
    read=lambda own_id: Request("GET", f"/deployments/{own_id}"),
    enable=lambda own_id: (Request("PATCH", f"/deployments/{own_id}", {"paused": False}),),
    find=_find,
    identities=told_by("flow_id", "name"),
    remarks=_remarks,
    overwrites=True,
)
