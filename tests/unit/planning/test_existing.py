"""What is there already: kept, changed in the fields that differ, or a failure."""

import pytest

from migrator.model.keys import Key
from migrator.model.outcome import Outcome
from migrator.model.plan import Action, OnExisting, Plan, PlannedResource
from tests.unit.planning.graphs import drawn, edges
from tests.unit.planning.inventories import plan_of, resource

UPDATE, FAIL = OnExisting.UPDATE, OnExisting.FAIL


def test_keep_says_what_differs_and_changes_nothing() -> None:
    """Invariants 4 and 6."""
    made = one_that_differs("variable/v", ["/value/a", "/tags"], OnExisting.KEEP)

    assert (made.action, made.changes) == (Action.EXISTS, ())
    assert made.differences == ("/value/a", "/tags")


@pytest.mark.parametrize(
    ("key", "differing", "changes"),
    [
        ("variable/v", ["/value/by_team/ml/0"], ("value",)),
        ("variable/v", ["/value/a", "/value/b", "/tags"], ("tags", "value")),
        ("work-pool/p", ["/base_job_template/variables/properties/a~1b/default"], ("base_job_template",)),
        ("work-queue/p/q", ["/name"], ("name",)),
        ("deployment/f/d", ["/concurrency_limit", "/schedules"], ("concurrency_limit", "schedules")),
        ("automation/a", ["/trigger/match/prefect.resource.id"], ("trigger",)),
    ],
)
def test_update_changes_the_fields_in_which_it_differs(
    key: str, differing: list[str], changes: tuple[str, ...]
) -> None:
    """Invariant 6: those and no others, each once, wherever in it the difference stands."""
    made = one_that_differs(key, differing, UPDATE)

    assert (made.action, made.changes, made.warnings) == (Action.UPDATE, changes, ())
    assert made.expected is Outcome.UPDATED
    assert made.settled is None


@pytest.mark.parametrize(
    ("key", "differing", "changes"),
    [
        ("flow/etl", ["/labels/team"], ()),
        ("flow/etl", ["/labels/team", "/tags"], ("tags",)),
        ("deployment/f/d", ["/labels", "/tags"], ("tags",)),
        ("work-pool/p", ["/type"], ()),
    ],
)
def test_what_cannot_change_is_warned_about(key: str, differing: list[str], changes: tuple[str, ...]) -> None:
    """By the name of the field; where nothing else differs, it is left alone."""
    made = one_that_differs(key, differing, UPDATE)

    assert (made.action, made.changes) == (Action.UPDATE if changes else Action.EXISTS, changes)
    assert made.warnings == (f"it differs at {differing[0].replace('/team', '')}, which an update cannot change",)


@pytest.mark.parametrize(("key", "field"), [("deployment/f/d", "paused"), ("automation/a", "enabled")])
@pytest.mark.parametrize(
    ("held", "live", "is_changed"),
    [(True, True, False), (True, False, False), (False, True, True), (False, False, True)],
)
def test_a_held_run_leaves_it_to_the_cutover_what_acts(
    key: str, field: str, *, held: bool, live: bool, is_changed: bool
) -> None:
    """Invariant 8: in either direction, for what was cut over is paused at the source; a live run does both."""
    made = one_that_differs(key, [f"/{field}", "/tags"], UPDATE, held=held, live=live)

    assert made.changes == ((field, "tags") if is_changed else ("tags",))
    assert made.warnings == ()


def test_where_only_what_is_held_differs_nothing_is_changed() -> None:
    """Invariant 8: a second run that is held leaves the first one's work as it is."""
    assert one_that_differs("deployment/f/d", ["/paused"], UPDATE, live=True).action is Action.EXISTS


def test_what_cannot_be_migrated_is_not_changed_either() -> None:
    """Invariant 5: a reference that leads nowhere is not written; and what is there stays and counts as there."""
    made = one_that_differs("variable/v", ["/value"], UPDATE, problem="it holds an id of nothing")

    assert made.action is Action.EXISTS
    assert made.warnings == ("it is not changed: it holds an id of nothing",)


def test_what_is_equal_is_not_changed() -> None:
    """Invariant 6."""
    equal = resource("variable/v")
    [made] = plan_of(equal, there=[equal], on_existing=UPDATE).resources

    assert (made.action, made.changes) == (Action.EXISTS, ())


def test_fail_stops_what_is_there_and_what_needs_it() -> None:
    """The reason names the option, and the blocked ones name what blocks them."""
    pool, deployment = resource("work-pool/p"), resource("deployment/f/d", "work-pool/p")
    stopped, blocked = plan_of(pool, deployment, there=[pool], on_existing=FAIL).resources

    assert (stopped.action, stopped.settled) == (Action.FAIL, Outcome.FAILED)
    assert stopped.reason == "it is there already, and --on-existing is fail"
    assert (blocked.action, blocked.blocked_by) == (Action.SKIP, (Key("work-pool/p"),))


@pytest.mark.parametrize(
    ("key", "comes_along"), [("block-type/secret", False), ("block-schema/s/1", False), ("work-queue/p/default", True)]
)
def test_what_comes_with_a_server_or_a_pool_is_no_failure(key: str, *, comes_along: bool) -> None:
    """It is always there, so nobody could ask for its absence."""
    there = resource(key, comes_along=comes_along)
    user = resource("block-document/s/d", key)

    assert actions(plan_of(there, user, there=[there], on_existing=FAIL)) == [Action.EXISTS, Action.CREATE]


def test_an_update_waits_for_what_it_needs_and_nobody_waits_for_it() -> None:
    """Invariant 2 for its new content; what refers to it finds it there before and after."""
    document, pool = resource("block-document/s/d"), resource("work-pool/p", "block-document/s/d", digest="d2")
    deployment = resource("deployment/f/d", "work-pool/p")
    made = plan_of(
        document, pool, deployment, there=[resource("work-pool/p")], on_existing=UPDATE, differing=["/description"]
    )

    assert drawn(made) == {"block-document/s/d => work-pool/p"}


def test_an_update_that_is_blocked_blocks_nobody() -> None:
    """Invariant 4: it cannot have its new content, but it is there for those that refer to it."""
    lost = resource("block-document/s/d", problem="it is broken")
    pool, deployment = resource("work-pool/p", lost.key, digest="d2"), resource("deployment/f/d", "work-pool/p")
    made = plan_of(
        lost, pool, deployment, there=[resource("work-pool/p")], on_existing=UPDATE, differing=["/description"]
    )

    assert actions(made) == [Action.SKIP, Action.SKIP, Action.CREATE]
    assert (made.resources[1].blocked_by, made.resources[1].changes) == ((lost.key,), ())
    assert edges(made) == []


def test_what_is_changed_is_part_of_the_digest() -> None:
    """Invariant 14: `--expect-plan` tells a change of one field from that of another."""
    mine, there = resource("variable/v", digest="d2"), [resource("variable/v")]
    digests = {plan_of(mine, there=there, on_existing=UPDATE, differing=[at]).digest for at in ["/value", "/tags"]}

    assert len(digests) == 2


def one_that_differs(
    key: str, differing: list[str], policy: OnExisting, *, held: bool = True, **fields: object
) -> PlannedResource:
    """What is planned for the one resource that there is, which differs at some places."""
    mine = resource(key, digest="d2", **fields)
    [made] = plan_of(mine, there=[resource(key)], held=held, on_existing=policy, differing=differing).resources
    return made


def actions(plan: Plan) -> list[Action]:
    """What happens to each resource."""
    return [made.action for made in plan.resources]
