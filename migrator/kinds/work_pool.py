"""Work pools, with their job templates. Each comes with a default queue."""

from migrator.kinds.kind import Kind, Listing, Request, any_of, named_by, only, segment, told_by
from migrator.kinds.references import Place
from migrator.model.canonical import Body

#: What a pool shows for which no storage was configured.
_NO_STORAGE: Body = {
    "bundle_upload_step": None,
    "bundle_execution_step": None,
    "default_result_storage_block_id": None,
}

#: How the types of pools end for which Prefect Cloud starts the runs (`prefect.client.schemas.objects.WorkPool`).
_RUN_BY_CLOUD = (":push", ":managed")
#: The type of the pools that Prefect 2 makes for agents.
_FOR_AGENTS = "prefect-agent"


def _cloud_only(body: Body) -> str:
    return "only Prefect Cloud has push and managed work pools" if body["type"].endswith(_RUN_BY_CLOUD) else ""


def _remarks(row: Body) -> tuple[str, ...]:
    return ("agents are unsupported: Prefect 3 has workers in their place",) if row["type"] == _FOR_AGENTS else ()


WORK_POOL = Kind(
    name="work-pool",
    listing=Listing("/work_pools/filter", count="/work_pools/count"),
    names=named_by("name"),
    shape=lambda row, _: only(
        row,
        *("name", "description", "type", "base_job_template", "is_paused", "concurrency_limit"),
        storage_configuration=_NO_STORAGE,
    ),
    announces=lambda row: {row["default_queue_id"]: row["name"]},
    places=(Place("/storage_configuration/default_result_storage_block_id", required=False),),
    settable=("description", "base_job_template", "is_paused", "concurrency_limit", "storage_configuration"),
    at=lambda _id, name: f"/work_pools/{segment(name)}",
    found_by_name=True,
    create=lambda body: Request("POST", "/work_pools/", body),
    find=lambda bodies: [
        Request("POST", "/work_pools/filter", {"work_pools": {"name": any_of(body["name"] for body in bodies)}})
    ],
    identities=told_by("name"),
    cloud_only=_cloud_only,
    remarks=_remarks,
)
