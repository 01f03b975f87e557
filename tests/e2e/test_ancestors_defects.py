"""What `prefect transfer` gets wrong, done right: one live move, looked at from every side it fails on.

Its defects have numbers, D-1 to D-25. `tests/unit/docs/test_ancestors_defects.py` says where each is tested.
"""

import orjson
import pytest

from migrator.model.canonical import Body
from tests.e2e.conftest import VARIABLES, Move, Rows

pytestmark = pytest.mark.e2e

#: Of a list that ends after one page, as Prefect's own client reads it.
FIRST_PAGE, FIRST_LIMITS = 200, 10


def test_a_move_ends_with_two_workspaces_that_are_alike(move: Move) -> None:
    """The whole story: everything lands, and `verify` knows nothing of the run and finds no difference."""
    assert move.run.code == 0, move.run.err
    assert move.run.form["totals"]["failed"] == move.run.form["totals"]["skipped"] == 0
    assert move.verified.code == 0, move.verified.out
    assert move.verified.form["same"] == move.run.form["totals"]["discovered"]
    assert move.verified.form["extra"] == []


def test_what_depends_on_what_a_fresh_server_has_arrives(move: Move) -> None:
    """D-1: deployments on default queues, what watches them, and documents of built-in types are not skipped."""
    default_queues = {pool["default_queue_id"] for pool in move.arrived["work-pool"]}
    on_default_queues = [row["name"] for row in move.arrived["deployment"] if row["work_queue_id"] in default_queues]
    secrets = [row["name"] for row in move.arrived["block-document"] if row["block_type"]["slug"] == "secret"]
    assert {"nightly", "pulls its code", "on a bare pool"} <= set(on_default_queues)
    assert one(move.arrived, "automation", "Report after the nightly load")["enabled"]
    assert sorted(secrets) == ["api-keys", "git-token"]


def test_automations_that_pause_each_other_or_themselves_arrive(move: Move) -> None:
    """D-5: what nobody else depends on, and what points into its own cycle."""
    day, night, once = (one(move.arrived, "automation", name) for name in ("Day shift", "Night shift", "Only once"))
    assert [action["automation_id"] for action in day["actions"]] == [night["id"]]
    assert [action["automation_id"] for action in night["actions"]] == [day["id"]]
    assert [action["automation_id"] for action in once["actions"]] == [once["id"]]


def test_more_than_a_page_of_a_kind_arrives(move: Move) -> None:
    """D-6: a server gives 200 at once, and Prefect's client asks for ten global limits."""
    assert len(move.arrived["variable"]) == len(move.source["variable"]) >= VARIABLES > FIRST_PAGE
    assert len(move.arrived["concurrency-limit"]) == len(move.source["concurrency-limit"]) > FIRST_LIMITS


def test_a_pool_with_a_block_in_its_job_template_arrives_with_its_deployments(move: Move) -> None:
    """D-7: the default of a job variable is a block of the destination."""
    pool, credentials = one(move.arrived, "work-pool", "kubernetes"), one(move.arrived, "block-document", "data-lake")
    default = pool["base_job_template"]["variables"]["properties"]["credentials"]["default"]
    assert default == {"$ref": {"block_document_id": credentials["id"]}}
    assert [row for row in move.arrived["deployment"] if row["work_pool_name"] == "kubernetes"]


def test_limits_of_deployments_arrive(move: Move) -> None:
    """D-8: its own, with what was tuned on it, and a shared one; and no limit that bears a source id."""
    own, off, shared = (
        one(move.arrived, "deployment", name)["global_concurrency_limit"]
        for name in ("own limit", "own limit, switched off", "shared limit A")
    )
    assert (own["limit"], own["active"]) == (3, True)
    assert (off["limit"], off["active"], off["slot_decay_per_second"]) == (2, False, 0.5)
    assert (shared["name"], shared["limit"]) == ("database-slots", 5)
    arrived = {f"deployment:{row['id']}" for row in move.arrived["deployment"]}
    belonging = {row["name"] for row in move.arrived["concurrency-limit"] if row["name"].startswith("deployment:")}
    assert belonging <= arrived


def test_a_limit_arrives_with_its_decay_and_without_what_takes_its_slots(move: Move) -> None:
    """D-9: a slot that nobody holds is never released."""
    assert one(move.arrived, "concurrency-limit", "public-api")["slot_decay_per_second"] == 2.0
    assert one(move.source, "concurrency-limit", "warehouse-writers")["active_slots"] == 1
    assert one(move.arrived, "concurrency-limit", "warehouse-writers")["active_slots"] == 0


def test_what_is_null_stays_null(move: Move) -> None:
    """D-11: a description that is not there does not become the word None."""
    assert one(move.arrived, "deployment", "no pool at all")["description"] is None
    assert one(move.arrived, "deployment", "on a bare pool")["description"] == ""
    assert "None" not in {row["description"] for row in move.arrived["deployment"]}


def test_labels_bounds_and_blocks_of_deployments_arrive(move: Move) -> None:
    """D-12: labels, `max_scheduled_runs`, and blocks in parameters, wherever they stand."""
    labels = one(move.arrived, "deployment", "nightly", flow="etl")["labels"]
    bucket = one(move.arrived, "block-document", "raw")
    assert {"team": "data", "cost_center": 4711, "critical": True}.items() <= labels.items()
    schedules = one(move.arrived, "deployment", "backfill")["schedules"]
    assert sorted(schedule["max_scheduled_runs"] for schedule in schedules) == [2, 10]
    parameters = one(move.arrived, "deployment", "blocks in parameters")["parameters"]
    assert parameters["target"] == {"$ref": {"block_document_id": bucket["id"]}}
    targets = [
        s["parameters"]["target"] for s in one(move.arrived, "deployment", "one schedule, two targets")["schedules"]
    ]
    assert {"$ref": {"block_document_id": bucket["id"]}} in targets


def test_flows_without_deployments_arrive_with_tags_and_labels(move: Move) -> None:
    """D-13: flows are listed for themselves."""
    assert one(move.arrived, "flow", "library-only")["tags"] == ["imported"]
    assert one(move.arrived, "flow", "retired")["labels"] == {"retired": True}


def test_a_default_queue_is_adjusted_and_pauses_arrive(move: Move) -> None:
    """D-14: the default queue is known by its role; descriptions and pauses of pools and queues are carried."""
    pool = one(move.arrived, "work-pool", "kubernetes")
    (default,) = [row for row in move.arrived["work-queue"] if row["id"] == pool["default_queue_id"]]
    names = {row["name"] for row in move.arrived["work-queue"] if row["work_pool_name"] == "kubernetes"}
    assert (pool["description"], default["name"], default["priority"]) == ("The cluster in Frankfurt", "standard", 2)
    assert names == {"standard", "urgent", "bulk", "über nacht"}
    assert one(move.arrived, "work-queue", "bulk")["is_paused"]
    assert one(move.arrived, "work-pool", "maintenance")["is_paused"]


def test_every_automation_of_one_name_arrives_once(move: Move) -> None:
    """D-15: names are not unique, and two may be alike in all else as well."""
    runs = [action.get("deployment_id") for row in namesakes(move.arrived) for action in row["actions"]]
    nightly, hourly = (one(move.arrived, "deployment", name, flow="etl")["id"] for name in ("nightly", "hourly"))
    assert len(namesakes(move.arrived)) == len(namesakes(move.source)) == 4
    assert sorted(map(str, runs)) == sorted(map(str, [nightly, hourly, None, None]))


def test_storage_and_infrastructure_blocks_arrive(move: Move) -> None:
    """Review 2.1 (b), (d), (f): a deployment's, a pool's, and a block that holds another as a reference."""
    blocks = {row["id"]: row for row in move.arrived["block-document"]}
    deployment = one(move.arrived, "deployment", "from Prefect 2")
    assert blocks[deployment["storage_document_id"]]["is_anonymous"]
    assert blocks[deployment["infrastructure_document_id"]]["block_type"]["slug"] == "legacy-process"
    storage = one(move.arrived, "work-pool", "etl-workers")["storage_configuration"]
    assert blocks[storage["default_result_storage_block_id"]]["name"] == "pool-results"
    holds = one(move.arrived, "block-document", "nightly")["block_document_references"]
    assert holds["warehouse"]["block_document"]["id"] in blocks


def test_ids_in_triggers_and_in_every_list_of_actions_are_the_destinations(move: Move) -> None:
    """Review 2.1 (e): at any depth, in text and in lists of text; nothing of the source is left anywhere."""
    source_ids = {row["id"] for rows in move.source.values() for row in rows if "id" in row}
    arrived = orjson.dumps(move.arrived).decode()
    assert [some_id for some_id in source_ids if some_id in arrived] == []


def test_a_resource_takes_less_than_two_requests(move: Move) -> None:
    """D-24: pages, looks, second writes and what a busy server turned away included; the ancestor takes three."""
    assert move.run.form["requests"]["destination"] < 2 * move.run.form["totals"]["created"]


def one(rows: Rows, kind: str, name: str, *, flow: str | None = None) -> Body:
    """The one row of a kind with a name; deployments of one name are told apart by their flow."""
    flows = {row["id"]: row["name"] for row in rows["flow"]}
    (found,) = [row for row in rows[kind] if row["name"] == name and flow in (None, flows.get(row.get("flow_id")))]
    return found


def namesakes(rows: Rows) -> list[Body]:
    """The automations of one name."""
    return [row for row in rows["automation"] if row["name"] == "Retry on crash"]
