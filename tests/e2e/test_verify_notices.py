"""Verify notices what was changed at the destination, kind by kind, and a second run leaves it as it is."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from migrator.exit_codes import ExitCode
from migrator.kinds import KINDS
from migrator.kinds.kind import Request, only, without
from migrator.model.keys import Key, kind_of
from tests.e2e.conftest import Ended, Move, Rows, Servers, ask_server, rows_of

pytestmark = pytest.mark.e2e

#: Whom a deployment refers to that is created when it is gone.
STORAGE = "pool-results"

#: Changes of what has its name in the path: the key, the JSON pointer at which it is to be seen, and the request.
BY_NAME = {
    ("variable/greeting", "/value"): Request("PATCH", "/variables/name/greeting", {"value": "Ahoj"}),
    ("concurrency-limit/gpu", "/limit"): Request("PATCH", "/v2/concurrency_limits/gpu", {"limit": 9}),
    ("tag-limit/heavy", "/concurrency_limit"): Request(
        "POST", "/concurrency_limits/", {"tag": "heavy", "concurrency_limit": 2}
    ),
    ("work-pool/kubernetes", "/description"): Request("PATCH", "/work_pools/kubernetes", {"description": ""}),
    ("work-queue/kubernetes/bulk", "/is_paused"): Request(
        "PATCH", "/work_pools/kubernetes/queues/bulk", {"is_paused": False}
    ),
}


@dataclass(frozen=True)
class Change:
    """A change of one field, and the JSON pointer at which `verify` is to see it."""

    key: Key
    pointer: str
    request: Request


@dataclass(frozen=True)
class Story:
    """What happened, one command after another."""

    changes: list[Change]
    verified: Ended
    before: Rows
    again: Ended
    after: Rows


@pytest.fixture(scope="module")
def story(move: Move) -> Story:
    """Change one field of each kind, verify, and run again."""
    changes = _changes(move.arrived)
    for change in changes:
        ask_server(move.destination, change.request.method, change.request.path, change.request.body)
    verified = move.home.migrator("verify", "--run", move.run.form["run"], "--json")
    before = rows_of(move.destination)
    again = move.home.migrator("run", *Move.PAIR, "--live", "--yes", "--json")
    return Story(changes, verified, before, again, rows_of(move.destination))


def _changes(there: Rows) -> list[Change]:
    """One of each kind whose content is compared; each name is the only one of its kind."""
    rows = {(kind, row.get("name")): row for kind, listed in there.items() for row in listed}
    document, storage = rows["block-document", "inline"], rows["block-document", STORAGE]
    flow, deployment = rows["flow", "library-only"], rows["deployment", "shared limit A"]
    search = only(rows["saved-search", "Läuft gerade"], "name", "filters")
    search["filters"] = [{**search["filters"][0], "value": "edited"}]
    automation = only(rows["automation", "Zombies"], "id", "name", "actions", "trigger")
    automation["trigger"] = {**automation["trigger"], "threshold": 4}
    by_id = {
        ("block-document/warehouse/inline", "/data/credentials/password"): Request(
            "PATCH",
            f"/block_documents/{document['id']}",
            {"data": {"credentials": {"user": "inline", "password": "another"}}},
        ),
        ("result-storage/default", "/default_result_storage_block_id"): Request(
            "PUT", "/admin/storage", {"default_result_storage_block_id": storage["id"]}
        ),
        ("flow/library-only", "/tags/0"): Request("PATCH", f"/flows/{flow['id']}", {"tags": ["edited"]}),
        ("deployment/train model/shared limit A", "/parameters/batch"): Request(
            "PATCH", f"/deployments/{deployment['id']}", {"parameters": {"batch": 1}}
        ),
        ("saved-search/Läuft gerade", "/filters/0/value"): Request("PUT", "/saved_searches/", search),
        ("automation/Zombies", "/trigger/threshold"): Request(
            "PUT", f"/automations/{automation['id']}", without(automation, "id")
        ),
    }
    return [Change(Key(key), pointer, request) for (key, pointer), request in {**BY_NAME, **by_id}.items()]


def test_there_is_a_change_of_every_kind_that_is_compared(story: Story) -> None:
    """Block types and schemas are known by their names alone."""
    assert {kind_of(change.key) for change in story.changes} == {kind.name for kind in KINDS if kind.compared}


def test_verify_names_what_was_changed_and_nothing_else(story: Story) -> None:
    """Each resource, and in it the one field, down to its place."""
    found = {different["key"]: different["fields"] for different in story.verified.form["different"]}
    assert found == {change.key: [change.pointer] for change in story.changes}
    assert story.verified.form["missing"] == story.verified.form["extra"] == []
    assert story.verified.code == ExitCode.INCOMPLETE


def test_a_second_run_leaves_the_destinations_edits(story: Story) -> None:
    """D-2, invariant 6: not a field of a deployment, nor the limit it shares; and it says where they differ."""
    assert story.again.code == ExitCode.LANDED
    assert [row for kind, rows in story.before.items() for row in rows if row not in story.after[kind]] == []
    differences = {resource["key"]: resource["differences"] for resource in story.again.form["resources"]}
    assert all(differences[change.key] == [change.pointer] for change in story.changes)


@pytest.fixture
def addition(servers: Servers) -> Iterator[str]:
    """A new deployment at the source, of a block that has arrived already; its key."""
    rows = rows_of(servers.source)
    storage = next(row["id"] for row in rows["block-document"] if row["name"] == STORAGE)
    flow = next(row["id"] for row in rows["flow"] if row["name"] == "etl")
    body = {"name": "stored", "flow_id": flow, "storage_document_id": storage}
    made = ask_server(servers.source, "POST", "/deployments/", body)
    yield "deployment/etl/stored"
    ask_server(servers.source, "DELETE", f"/deployments/{made['id']}")


def test_a_conflict_is_not_taken_for_existing(move: Move, story: Story, addition: str) -> None:
    """D-18: a server also says 409 when something that a resource refers to is gone."""
    storage = next(row["id"] for row in story.after["block-document"] if row["name"] == STORAGE)

    def delete_it_and_agree() -> str:
        ask_server(move.destination, "DELETE", f"/block_documents/{storage}")
        return "y"

    code, shown = move.home.at_a_terminal("run", *Move.PAIR, answer=delete_it_and_agree)
    assert code == ExitCode.INCOMPLETE, shown
    form = move.home.migrator("report", "last", "--format", "json").form
    (created,) = [resource for resource in form["resources"] if resource["key"] == addition]
    assert (created["outcome"], created["error"]["type"]) == ("failed", "Conflict")
