"""What is at the destination already, on real servers: kept, changed in the fields that differ, or a failure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from migrator.demo.servers import PrefectServer
from migrator.exit_codes import ExitCode
from tests.e2e.conftest import Ended, Home, Servers, asking
from tests.e2e.contents import content

pytestmark = pytest.mark.e2e

Ask = Callable[..., Any]
PAIR = ("--from", "source", "--to", "empty", "--live")
YES = ("--yes", "--json")
UPDATE = ("--on-existing", "update")
#: Deployments whose parameters the server never checked: it refuses every change that leaves checking on.
UNCHECKED = {"no pool at all", "unchecked parameters"}


@dataclass(frozen=True)
class Story:
    """A destination that was changed by hand, and what each policy made of that; with its content in between."""

    arrived: Ended
    changed: Mapping[str, Any]
    kept: Ended
    after_kept: Mapping[str, Any]
    failed: Ended
    after_failed: Mapping[str, Any]
    planned: Ended
    updated: Ended
    after_updated: Mapping[str, Any]
    verified: Ended
    restored: Ended
    after_restored: Mapping[str, Any]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, servers: Servers, module_empty: PrefectServer) -> Home:
    """A home with the filled source and a destination of this module's own."""
    profiles = {
        "source": {"PREFECT_API_URL": servers.source.api_url},
        "empty": {"PREFECT_API_URL": module_empty.api_url},
    }
    return Home.made(tmp_path_factory.mktemp("existing") / "home", profiles)


@pytest.fixture(scope="module")
def sides(servers: Servers, module_empty: PrefectServer) -> tuple[Ask, Ask]:
    """Both servers, as their owners would ask them."""
    return asking(servers.source), asking(module_empty)


@pytest.fixture(scope="module")
def story(home: Home, sides: tuple[Ask, Ask]) -> Story:
    """Migrate, change something of every kind by hand, then run with each policy, and undo the last."""
    _, ask = sides
    arrived = home.migrator("run", *PAIR, *YES)
    _change_by_hand(ask)
    return Story(
        arrived=arrived,
        changed=content(ask),
        kept=home.migrator("run", *PAIR, *YES),
        after_kept=content(ask),
        failed=home.migrator("run", *PAIR, "--on-existing", "fail", *YES),
        after_failed=content(ask),
        planned=home.migrator("plan", *PAIR, *UPDATE, "--json"),
        updated=home.migrator("run", *PAIR, *UPDATE, *YES),
        after_updated=content(ask),
        verified=home.migrator("verify", "--from", "source", "--to", "empty", "--json"),
        restored=home.migrator("rollback", "last", *YES),
        after_restored=content(ask),
    )


def _change_by_hand(ask: Ask) -> None:
    """Something of every kind that can be changed; of deployments a bit of everything."""
    variable = ask("POST", "/variables/filter", {})[0]
    ask("PATCH", f"/variables/{variable['id']}", {"value": "changed by hand", "tags": ["hand"]})
    limits = ask("POST", "/v2/concurrency_limits/filter", {})
    shared = next(limit for limit in limits if ":" not in limit["name"])
    ask("PATCH", f"/v2/concurrency_limits/{shared['id']}", {"limit": 99, "slot_decay_per_second": 3.5})
    tag_limit = ask("POST", "/concurrency_limits/filter", {})[0]
    ask("POST", "/concurrency_limits/", {"tag": tag_limit["tag"], "concurrency_limit": 77})
    for document in ask("POST", "/block_documents/filter", {"include_secrets": True}):
        if document["block_document_references"]:
            body = {"data": {"by": "hand"}, "merge_existing_data": False}
            ask("PATCH", f"/block_documents/{document['id']}", body)
    pool = ask("POST", "/work_pools/filter", {"work_pools": {"name": {"any_": ["kubernetes"]}}})[0]
    ask("PATCH", f"/work_pools/{pool['name']}", {"description": "by hand", "is_paused": True, "concurrency_limit": 9})
    for queue in ask("POST", "/work_pools/kubernetes/queues/filter", {})[:2]:
        ask("PATCH", f"/work_queues/{queue['id']}", {"priority": 1, "description": "by hand", "is_paused": True})
    flow = ask("POST", "/flows/filter", {})[0]
    ask("PATCH", f"/flows/{flow['id']}", {"tags": ["hand"]})
    deployments = [row for row in ask("POST", "/deployments/filter", {}) if row["name"] not in UNCHECKED]
    for position, deployment in enumerate(deployments):
        _change_deployment(ask, deployment, {"concurrency_limit": 3} if position % 2 else _shared(shared))
    for automation in ask("POST", "/automations/filter", {}):
        fields = ("name", "description", "enabled", "tags", "trigger")
        body = {name: automation[name] for name in fields} | {"actions": [], "description": "by hand"}
        ask("PUT", f"/automations/{automation['id']}", body)
    search = ask("POST", "/saved_searches/filter", {})[0]
    ask("PUT", "/saved_searches/", {"name": search["name"], "filters": []})


def _shared(limit: Any) -> dict[str, Any]:
    return {"global_concurrency_limit_id": limit["id"]}


def _change_deployment(ask: Ask, deployment: Any, limit: dict[str, Any]) -> None:
    path = f"/deployments/{deployment['id']}"
    plain = {"tags": ["hand"], "description": "by hand", "enforce_parameter_schema": False, "job_variables": {}}
    ask("PATCH", path, {**plain, "parameters": {}, "paused": not deployment["paused"]})
    now = deployment["global_concurrency_limit"]
    own = now is not None and now["name"].startswith("deployment:")
    if now is not None:
        ask("PATCH", path, {"concurrency_limit" if own else "global_concurrency_limit_id": None})
    ask("PATCH", path, limit)
    for schedule in deployment["schedules"][:1]:
        ask("PATCH", f"{path}/schedules/{schedule['id']}", {"active": False, "parameters": {"by": "hand"}})
    for schedule in deployment["schedules"][2:3]:
        ask("DELETE", f"{path}/schedules/{schedule['id']}")
    ask("POST", f"{path}/schedules", [{"active": True, "schedule": {"interval": 777.0}}])


def test_by_default_nothing_that_exists_is_touched(story: Story) -> None:
    """Invariant 6: and the report says where it differs."""
    assert story.kept.code == ExitCode.LANDED, story.kept.err
    assert story.after_kept == story.changed
    differing = {r["kind"] for r in story.kept.form["resources"] if r["differences"]}
    assert {"variable", "block-document", "work-pool", "work-queue", "flow", "deployment", "automation"} <= differing
    assert story.kept.form["totals"]["exists"] == story.arrived.form["totals"]["discovered"]


def test_fail_stops_what_is_there_and_writes_nothing(story: Story) -> None:
    """What comes with every server is no failure."""
    assert story.failed.code == ExitCode.INCOMPLETE
    assert story.after_failed == story.changed
    outcomes = {r["key"]: r["outcome"] for r in story.failed.form["resources"]}
    assert outcomes["flow/etl"] == "failed"
    assert outcomes["block-type/secret"] == "exists"
    assert story.failed.form["totals"]["created"] == 0


def test_the_plan_of_an_update_says_what_will_happen(story: Story) -> None:
    """Invariant 14: resource by resource and field by field, and the counts are those of the run."""
    assert story.planned.form["plan"] == story.updated.form["plan"]
    assert story.planned.form["totals"] == story.updated.form["totals"]
    changes = {r["key"]: set(r["changes"]) for r in story.planned.form["resources"]}
    assert changes["work-pool/kubernetes"] == {"concurrency_limit", "description", "is_paused"}
    assert {r["key"]: set(r["changes"]) for r in story.updated.form["resources"]} == changes


def test_after_an_update_both_sides_are_alike(story: Story) -> None:
    """Every field that differed, of every kind, by the endpoint that harms nothing else."""
    assert story.updated.code == ExitCode.LANDED, story.updated.out
    assert story.updated.form["totals"]["updated"] > 40
    assert story.verified.code == ExitCode.LANDED, story.verified.out


def test_ids_do_not_change_without_need(story: Story) -> None:
    """What is there is changed in place, never replaced."""
    for what in ("deployments", "automations", "work_queues", "block_documents"):
        before, after = ({row["id"] for row in rows[what]} for rows in (story.changed, story.after_updated))
        assert before == after, what


def test_no_shared_limit_is_lost(story: Story) -> None:
    """Deployments had taken it, and gave it back."""
    before, after = (
        {row["name"] for row in rows["v2/concurrency_limits"] if not row["name"].startswith("deployment:")}
        for rows in (story.changed, story.after_updated)
    )
    assert before == after


def test_a_rollback_restores_what_an_update_replaced(story: Story) -> None:
    """Invariant 15: from the sealed images of the fields that were changed."""
    assert story.restored.code == ExitCode.LANDED, story.restored.out
    assert story.restored.form["totals"]["restored"] == story.updated.form["totals"]["updated"]
    for what, rows in story.changed.items():
        assert story.after_restored[what] == rows, what


@pytest.mark.parametrize(
    ("policy", "ending"),
    [("keep", ("exists", "theirs")), ("update", ("updated", "ours")), ("fail", ("failed", "theirs"))],
)
def test_what_is_made_between_plan_and_run_is_treated_by_the_same_policy(
    home: Home, sides: tuple[Ask, Ask], policy: str, ending: tuple[str, str]
) -> None:
    """A race: somebody creates it while the question waits for its answer."""
    source, destination = sides
    name = f"raced_{policy}"
    source("POST", "/variables/", {"name": name, "value": "ours"})

    def answer() -> str:
        destination("POST", "/variables/", {"name": name, "value": "theirs"})
        return "y"

    only = ("--include", f"variable/{name}", "--on-existing", policy)
    home.at_a_terminal("run", *PAIR, *only, answer=answer)
    source("DELETE", f"/variables/name/{name}")
    [resource] = home.migrator("report", "last", "--format", "json").form["resources"]
    assert (resource["outcome"], destination("GET", f"/variables/name/{name}")["value"]) == ending
