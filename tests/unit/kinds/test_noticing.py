"""Verify is to be trusted: a change of any single value of a row is noticed, and where; what the server owns is not.

What is compared is what `verify` compares: canonical forms from the reader, by digest, then side by side.
"""

import re
from collections.abc import Iterator, Sequence

import orjson
import pytest

from migrator.kinds import kind_named
from migrator.model.canonical import Body, Canonical, Json, pointer_of, steps_of
from migrator.model.keys import Key
from migrator.planning.differences import compare
from tests.unit import rows
from tests.unit.kinds.specimens import OWN_LIMIT, SPECIMENS
from tests.unit.rows import READER


def leaves(value: Json, path: Sequence[str | int] = ()) -> Iterator[Sequence[str | int]]:
    """The paths to all that holds nothing further: plain values, empty lists and objects."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [leaf for step, item in items for leaf in leaves(item, [*path, step])]
    yield from below or [path]


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
    ("tag-limit among global limits", "/name"): {"/tag"},
    ("tag-limit among global limits", "/limit"): {"/concurrency_limit"},
    ("tag-limit among global limits", "/active"): {"/tuned_limit/active"},
    ("tag-limit among global limits", "/slot_decay_per_second"): {"/tuned_limit/slot_decay_per_second"},
    ("deployment with its own limit", "/global_concurrency_limit/limit"): {"/concurrency_limit"},
    ("deployment with its own limit", "/global_concurrency_limit/active"): {"/tuned_limit/active"},
    ("deployment with its own limit", "/global_concurrency_limit/slot_decay_per_second"): {
        "/tuned_limit/slot_decay_per_second"
    },
    ("default work-queue", "/id"): {"/is_default"},
    ("block-document", "/is_anonymous"): {"/is_anonymous", "/name"},
    ("anonymous block-document", "/is_anonymous"): {"/is_anonymous", "/name"},
    ("block-document that holds another", "/is_anonymous"): {"/is_anonymous", "/name"},
    ("block-document that holds another", "/block_document_references/credentials/block_document/id"): {
        "/data/credentials/$ref/block_document_id"
    },
}
#: No rows of a server. A limit is its deployment's own by the name that the deployment's id gives it.
IMPOSSIBLE = {
    ("deployment without anything", "/global_concurrency_limit"),
    ("block-document", "/block_document_references"),
    ("anonymous block-document", "/block_document_references"),
    ("deployment with its own limit", "/id"),
    ("deployment with its own limit", "/global_concurrency_limit/id"),
    ("deployment with its own limit", "/global_concurrency_limit/name"),
}
CASES = [
    (name, pointer)
    for name, (_, row) in SPECIMENS.items()
    for pointer in sorted({pointer_of(path) for path in leaves(row)})
    if (name, pointer) not in IMPOSSIBLE
]


@pytest.mark.parametrize(("name", "pointer"), CASES)
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
    """An item of a list, a limit of either sort, a block that is held."""
    row = rows.ROWS[kind_name]

    assert noticed(kind_name, row, {**row, **changes}) == pointers
    assert noticed(kind_name, {**row, **changes}, row) == pointers


def noticed(kind_name: str, row: Body, other: Body) -> set[str]:
    """Where two rows differ to `verify`."""
    kind = kind_named(Key(kind_name))
    forms = [READER.canonical(kind, each) for each in (row, other)]
    different = set(compare(*forms).different)
    assert (forms[0].digest() != forms[1].digest()) is bool(different)
    return different


def is_owned(name: str, kind_name: str, pointer: str) -> bool:
    """Whether what stands there is the server's."""
    patterns = {**OWNED[""], **OWNED.get(kind_name, {}), **OWNED_IN.get(name, {})}
    return any(re.fullmatch(pattern, pointer) for pattern in patterns)


def changed(row: Body, pointer: str) -> Body:
    """A row with another value in one place."""
    copy = orjson.loads(orjson.dumps(row))
    *path, last = steps_of(pointer)
    parent: Json = copy
    for step in path:
        parent = parent[int(step) if isinstance(parent, list) else step]
    place = int(last) if isinstance(parent, list) else last
    parent[place] = another_id(parent[place]) if last.endswith("id") else another(parent[place])
    return dict(copy)


def another_id(value: Json) -> Json:
    """The id of something else."""
    if value is None or re.fullmatch(r"[0-9a-f-]{36}", value):
        return rows.VARIABLE_ID if value != rows.VARIABLE_ID else rows.FLOW_ID
    return another(value)


def another(value: Json) -> Json:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"{value}~"
    if isinstance(value, list):
        return ["new"]
    return {"new": 1} if isinstance(value, dict) else "new"
