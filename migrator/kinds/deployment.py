"""Deployments, with their schedules, limits and labels.

Creating one that exists replaces its schedules and deletes its limit (the endpoint is an upsert,
`prefect.server.models.deployments`), so existence is looked up before every create.
"""

from collections.abc import Collection, Iterable

from migrator.kinds.concurrency_limit import TUNED, tune, tuned
from migrator.kinds.deployment_changes import LIMITS, change_deployment, remove_deployment
from migrator.kinds.kind import IdOf, Kind, Listing, Request, Surroundings, any_of, by_id, only, told_by, without
from migrator.kinds.references import Place
from migrator.kinds.schedule import schedules, schedules_with_ids
from migrator.model.canonical import Body
from migrator.model.keys import Key, key_of

_CONTENT = (
    *("name", "flow_id", "paused", "enforce_parameter_schema", "parameters", "tags"),
    *("pull_steps", "work_pool_name", "work_queue_name", "storage_document_id", "infrastructure_document_id"),
    *("description", "path", "version", "entrypoint"),
)
_SETTABLE = (
    *(name for name in _CONTENT if name not in {"name", "flow_id"}),
    *("concurrency_options", "job_variables", "parameter_openapi_schema", *LIMITS, TUNED, "schedules"),
)
#: What only Prefect 2 knows.
_GONE = ("manifest_path",)
#: What a limit's options of older servers do not show.
_ABSENT_OPTIONS: Body = {"grace_period_seconds": None}

#: What is so without being said. Said expressly, it is something else to the server: null detaches what it attaches
#: by itself, it does not take an empty schema back, and it measures parameters that the source let pass.
_UNSAID: Body = {
    "work_pool_name": None,
    "work_queue_name": None,
    "parameter_openapi_schema": {},
    "enforce_parameter_schema": True,
}


def _shape(row: Body, surroundings: Surroundings) -> Body:
    # Prefect 2 calls job variables `infra_overrides`.
    body = only(row, *_CONTENT, labels={}, concurrency_options=None, job_variables=row.get("infra_overrides", {}))
    route = (row.get("work_pool_name"), row.get("work_queue_name"))
    # A queue that was deleted leaves its name behind, which would make a new one.
    if route[0] is None or route in surroundings.default_queues:
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
    """A limit of its own is a number, and what was tuned on it afterwards; a shared one is a reference."""
    limit = row.get("global_concurrency_limit")
    if limit is None:
        return {}
    if limit["name"] != f"deployment:{row['id']}":
        return {"global_concurrency_limit_id": limit["id"]}
    return {"concurrency_limit": limit["limit"], **tuned(limit)}


def _bounded(body: Body) -> list[Body]:
    """The schedules whose bound only their own endpoint keeps."""
    return [schedule for schedule in body["schedules"] if schedule.get("max_scheduled_runs")]


def _create(body: Body) -> Request:
    unbounded = [schedule for schedule in body["schedules"] if not schedule.get("max_scheduled_runs")]
    said = {name: value for name, value in body.items() if name not in _UNSAID or value != _UNSAID[name]}
    return Request("POST", "/deployments/", {**without(said, TUNED), "schedules": unbounded})


def _complete(own_id: str, body: Body, row: Body | None) -> tuple[Request, ...]:
    there = schedules(row) if row else []
    missing = [schedule for schedule in _bounded(body) if schedule not in there]
    posts = [Request("POST", f"/deployments/{own_id}/schedules", missing)] if missing else []
    return (*posts, *tune(f"deployment:{own_id}", body))


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


def _look_ahead(names: Collection[tuple[str, ...]]) -> list[Request]:
    """Flows by their names, as they may not be there yet."""
    flows, deployments = (sorted(set(each)) for each in zip(*names, strict=True))
    filters: Body = {"deployments": {"name": any_of(deployments)}, "flows": {"name": any_of(flows)}}
    return [Request("POST", "/deployments/filter", filters)]


def _switch(own_id: str, live: bool) -> Request:  # noqa: FBT001 - what a switch is about
    """Pausing deletes the runs that are scheduled by itself; resuming lets the server schedule them again."""
    return Request("POST", f"/deployments/{own_id}/{'resume' if live else 'pause'}_deployment")


def _under_way(own_id: str) -> Request:
    states = any_of(["SCHEDULED", "PENDING", "RUNNING", "PAUSED", "CANCELLING"])
    filters: Body = {"deployments": {"id": any_of([own_id])}, "flow_runs": {"state": {"type": states}}}
    return Request("POST", "/flow_runs/count", filters)


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
    sets=(Place("/schedules"),),
    needs=_needs,
    live=("paused", False),
    create=_create,
    completes=lambda body: bool(_bounded(body)) or TUNED in body,
    complete=_complete,
    settable=_SETTABLE,
    at=by_id("/deployments"),
    change=lambda change: change_deployment(change, _limit(change.row), schedules_with_ids(change.row)),
    remove=remove_deployment,
    switch=_switch,
    under_way=_under_way,
    find=_find,
    look_ahead=_look_ahead,
    identities=told_by("flow_id", "name"),
    remarks=_remarks,
    overwrites=True,
)
