"""Verify is to be trusted: a change of any single value of a row is noticed, and where; what the server owns is not.

What is compared is what `verify` compares: canonical forms from the reader, by digest, then side by side.
"""

import re

import pytest

from migrator.model.canonical import Body, Canonical
from migrator.planning.differences import compare
from tests.unit import rows
from tests.unit.kinds.changes import CHANGES, changed, noticed
from tests.unit.kinds.specimens import OWN_LIMIT, SPECIMENS

#: What is not content, and why; JSON pointers as regular expressions, by kind.
OWNED: dict[str, dict[str, str]] = {
    "": {"/(id|created|updated)": "the server gives it"},
    "concurrency-limit": {"/active_slots": "taken by runs at the source"},
    "tag-limit": {"/active_slots(/0)?": "taken by runs at the source"},
    "block-type": {"/is_protected": "the server decides"},
    "block-schema": {"/block_type/.*": "the type itself, beside its id"},
    "block-document": {
        "/block_(type|schema)/.*|/block_type_name": "type and schema themselves, beside their ids",
        "/data/credentials/.*": "what the held document holds",
        "/block_document_references/credentials/block_document/(name|block_type/slug|is_anonymous|.*_references)": (
            "the held document, beside its id"
        ),
    },
    "work-pool": {"/(status|active_slots)": "what happens there", "/default_queue_id": "the queue says so itself"},
    "work-queue": {
        "/(status|active_slots|last_polled)": "what happens there",
        "/work_pool_id": "known by the pool's name",
        "/filter": "given up by the server",
    },
    "deployment": {
        "/(status|last_polled|created_by|updated_by)": "what happens there",
        "/schedules/0/(id|created|updated|deployment_id)": "the server gives it",
        "/global_concurrency_limit/(created|updated|active_slots)": "the limit's own",
        "/labels/prefect.flow.id": "the server's own label",
        "/concurrency_limit": "always null",
        "/work_queue_id": "known by the queue's name",
    },
    "automation": {"/trigger(/triggers/.)*/id": "the server gives it"},
}
#: The same for single specimens.
OWNED_IN: dict[str, dict[str, str]] = {
    "deployment": {"/global_concurrency_limit/(name|limit|active|slot_decay_per_second)": "shared: the limit's own"},
    "anonymous block-document": {"/name": "the server gives it"},
    "deployment without anything": {"/work_queue_name": "left over from a queue that is gone"},
}
for _alike in ("interval", "rule, bounded", "steps"):
    OWNED_IN |= {name: OWNED_IN["deployment"] for name in SPECIMENS if name.startswith("deployment") and _alike in name}

#: Where a change shows elsewhere than where it was made: by specimen and pointer, all that it shows at.
ELSEWHERE: dict[tuple[str, str], set[str]] = {
    **{
        (name, "/global_concurrency_limit/id"): {"/global_concurrency_limit_id"}
        for name, (kind, _) in SPECIMENS.items()
        if kind == "deployment" and name != "deployment with its own limit"
    },
    # A default queue is known by the pool that says so, and its name.
    ("default work-queue", "/name"): {"/name", "/is_default"},
    ("default work-queue", "/work_pool_name"): {"/work_pool_name", "/is_default"},
    ("tag-limit among global limits", "/name"): {"/tag"},
    ("tag-limit among global limits", "/limit"): {"/concurrency_limit"},
    ("tag-limit among global limits", "/active"): {"/tuned_limit/active"},
    ("tag-limit among global limits", "/slot_decay_per_second"): {"/tuned_limit/slot_decay_per_second"},
    ("deployment with its own limit", "/global_concurrency_limit/limit"): {"/concurrency_limit"},
    ("deployment with its own limit", "/global_concurrency_limit/active"): {"/tuned_limit/active"},
    ("deployment with its own limit", "/global_concurrency_limit/slot_decay_per_second"): {
        "/tuned_limit/slot_decay_per_second"
    },
    ("block-document", "/is_anonymous"): {"/is_anonymous", "/name"},
    ("anonymous block-document", "/is_anonymous"): {"/is_anonymous", "/name"},
    ("block-document that holds another", "/is_anonymous"): {"/is_anonymous", "/name"},
    ("block-document that holds another", "/block_document_references/credentials/block_document/id"): {
        "/data/credentials/$ref/block_document_id"
    },
}


@pytest.mark.parametrize(("name", "pointer"), CHANGES)
def test_a_change_is_noticed_where_it_was_made(name: str, pointer: str) -> None:
    """Or not at all, where it is none of ours."""
    kind_name, row = SPECIMENS[name]
    other = changed(row, pointer)
    (shown,) = compare(Canonical(row), Canonical(other)).different
    assert shown in (pointer, f"{pointer}/new")

    expected = ELSEWHERE.get((name, pointer), set() if is_owned(name, kind_name, pointer) else {shown})
    assert noticed(kind_name, row, other) == expected


@pytest.mark.parametrize(
    ("kind_name", "changes", "pointers"),
    [
        ("variable", {"tags": []}, {"/tags"}),
        ("work-queue", {"name": rows.DEFAULT_QUEUE["name"]}, {"/name", "/is_default"}),
        ("deployment", {"schedules": []}, {"/schedules"}),
        ("deployment", {"schedules": [*rows.DEPLOYMENT["schedules"] * 2]}, {"/schedules"}),
        ("deployment", {"global_concurrency_limit": None}, {"/global_concurrency_limit_id"}),
        (
            "deployment",
            {"global_concurrency_limit": OWN_LIMIT},
            {"/global_concurrency_limit_id", "/concurrency_limit", "/tuned_limit"},
        ),
        (
            "block-document",
            {"block_document_references": {"user": {"block_document": {"id": rows.DOCUMENT_ID}}}},
            {"/data/user", "/data/user/$ref/block_document_id"},
        ),
    ],
)
def test_what_comes_and_goes_is_noticed(kind_name: str, changes: Body, pointers: set[str]) -> None:
    """An item of a list, a role, a limit of either sort, a block that is held."""
    row = rows.ROWS[kind_name]

    assert noticed(kind_name, row, {**row, **changes}) == pointers
    assert noticed(kind_name, {**row, **changes}, row) == pointers


def is_owned(name: str, kind_name: str, pointer: str) -> bool:
    """Whether what stands there is the server's."""
    patterns = {**OWNED[""], **OWNED.get(kind_name, {}), **OWNED_IN.get(name, {})}
    return any(re.fullmatch(pattern, pointer) for pattern in patterns)
