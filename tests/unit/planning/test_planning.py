"""Plans of a few resources: what is done with each, and what is said about it."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from migrator.kinds.block_schema import BLOCK_SCHEMA
from migrator.kinds.block_type import BLOCK_TYPE
from migrator.kinds.kind import Kind
from migrator.model.canonical import Body
from migrator.model.inventory import Inventory, Resource
from migrator.model.keys import Key
from migrator.model.plan import Action, Plan, PlannedResource
from migrator.planning.planning import make_plan
from migrator.planning.selection import select
from tests.unit import rows
from tests.unit.planning.inventories import plan_of, resource

POOL = resource("work-pool/p")
DEFAULT_QUEUE = resource("work-queue/p/default", "work-pool/p", turn=("p", 0), position=("p", 1), comes_along=True)
QUEUE = resource("work-queue/p/q", "work-pool/p", turn=("p", 2), position=("p", 2))
FLOW = resource("flow/etl")
BROKEN = resource("automation/broken", problem="it refers to what the source does not have, at /actions/0")


def test_what_is_not_there_is_created() -> None:
    """With what the ledger will say of it."""
    (planned,) = plan_of(resource("deployment/etl/nightly", live=True, warnings=("careful",))).resources

    assert planned == PlannedResource(
        key=Key("deployment/etl/nightly"),
        action=Action.CREATE,
        source_id="id of deployment/etl/nightly",
        live=True,
        digest="d1",
        warnings=("careful",),
    )


def test_what_is_there_is_left_as_it_is() -> None:
    """Invariant 6; where it differs is said, and not asked where digests agree."""
    asked: list[Key] = []

    def differences(key: Key) -> tuple[str, ...]:
        asked.append(key)
        return ("/tags",)

    source = Inventory.of([FLOW, resource("flow/elt")])
    destination = Inventory.of([FLOW, resource("flow/elt", digest="d2"), resource("flow/extra")])
    made = make_plan(source, destination, differences, held=True)

    assert [(r.action, r.differences) for r in made.resources] == [(Action.EXISTS, ()), (Action.EXISTS, ("/tags",))]
    assert asked == ["flow/elt"]


@pytest.mark.parametrize(
    ("kind", "row", "field"),
    [
        (BLOCK_TYPE, rows.BLOCK_TYPE, "description"),
        (BLOCK_SCHEMA, rows.BLOCK_SCHEMA, "version"),
    ],
)
def test_what_comes_with_a_servers_release_is_not_compared(kind: Kind, row: Body, field: str) -> None:
    """Built-in types differ from release to release; the key says it all. Where it is created, all of it counts."""
    here, there = (rows.READER.resource(kind, rows.KEYS[row["id"]], {**row, field: text}) for text in ("1.0", "2.0"))
    user = resource("block-document/a/b", here.key)
    made = {planned.key: planned for planned in plan_of(here, user, there=[there]).resources}

    assert (made[here.key].action, made[here.key].differences) == (Action.EXISTS, ())
    assert plan_of(here, user).digest != plan_of(there, user).digest


def test_what_only_the_destination_has_is_not_planned() -> None:
    """Nothing is ever removed."""
    assert list(plan_of(there=[FLOW]).resources) == []


def test_what_the_destination_has_no_field_for_is_part_of_the_plan() -> None:
    """It decides what is written."""
    (planned,) = plan_of(resource("flow/etl", left_out=("/labels",))).resources

    assert planned.left_out == ("/labels",)


def test_a_problem_is_skipped_and_says_why() -> None:
    """D-17, invariant 1: an automation of a deployment that was deleted fails with words, and nobody else."""
    (planned,) = plan_of(BROKEN).resources

    assert (planned.action, planned.reason, planned.blocked_by) == (Action.SKIP, BROKEN.problem, ())


def test_what_is_masked_and_not_required_is_created_without() -> None:
    """The warning says what is missing, and how to give it."""
    masked = resource("block-document/s/d", masked=("/data/auth/password",), omitted=("/data/auth",))
    (planned,) = plan_of(masked).resources

    assert (planned.action, planned.omitted, planned.secrets) == (Action.CREATE, ("/data/auth",), masked.masked)
    (warning,) = planned.warnings
    assert "without /data/auth" in warning
    assert warning.endswith("--secrets FILE add auth.password: VALUE")


def test_what_is_masked_and_required_is_skipped_and_listed() -> None:
    """All that is missing can be listed at once."""
    (planned,) = plan_of(resource("block-document/s/d", masked=("/data/value",), problem="a mask")).resources

    assert (planned.action, planned.reason, planned.secrets) == (Action.SKIP, "a mask", ("/data/value",))


def test_a_mask_of_what_is_there_already_is_nobodys_concern() -> None:
    """It stays as it is."""
    masked = resource("block-document/s/d", masked=("/data/value",), omitted=("/data/value",))
    (planned,) = plan_of(masked, there=[masked]).resources

    assert (planned.action, planned.secrets, planned.omitted, planned.warnings) == (Action.EXISTS, (), (), ())


def test_a_problem_that_is_there_already_exists() -> None:
    """Invariant 4: it blocks nobody."""
    needing = resource("automation/needing", BROKEN.key)

    assert actions(plan_of(BROKEN, needing, there=[BROKEN])) == {
        "automation/broken": "exists",
        "automation/needing": "create",
    }


def test_a_skip_cascades() -> None:
    """D-22: each names what it needs and will not get, as the queues and deployments of a pool that is not carried."""
    chain = [BROKEN, resource("automation/b", BROKEN.key), resource("automation/c", "automation/b"), FLOW]
    made = {planned.key: planned for planned in plan_of(*reversed(chain)).resources}

    assert actions(made.values()) == {
        "automation/broken": "skip",
        "automation/b": "skip",
        "automation/c": "skip",
        "flow/etl": "create",
    }
    assert made[Key("automation/c")].blocked_by == ("automation/b",)
    assert made[Key("automation/c")].reason == "it needs automation/b"


def test_all_that_blocks_is_named() -> None:
    """Invariant 1: who mends one of them would only be told of the next."""
    other = resource("automation/other", problem="it is broken as well")
    *_, planned = plan_of(BROKEN, other, resource("automation/z", BROKEN.key, other.key, "flow/gone")).resources

    assert sorted(planned.blocked_by) == sorted([BROKEN.key, other.key, "flow/gone"])
    assert all(blocker in planned.reason for blocker in planned.blocked_by)


def test_a_cycle_with_a_problem_in_it_is_skipped() -> None:
    """All of it, and planning comes to an end."""
    one, other = resource("automation/a", "automation/b"), resource("automation/b", "automation/a", BROKEN.key)

    assert set(actions(plan_of(one, other, BROKEN)).values()) == {"skip"}


def test_what_needs_what_no_side_has_is_skipped() -> None:
    """A deployment of a pool that was deleted, at both sides."""
    (planned,) = plan_of(resource("deployment/etl/nightly", "work-pool/gone")).resources

    assert (planned.action, planned.blocked_by) == (Action.SKIP, ("work-pool/gone",))


def test_what_needs_what_only_the_destination_has_is_created() -> None:
    """A pool that the source has lost is as good as any."""
    deployment = resource("deployment/etl/nightly", "work-pool/p")

    assert actions(plan_of(deployment, there=[POOL])) == {"deployment/etl/nightly": "create"}


@pytest.mark.parametrize(
    ("there", "warnings"),
    [
        ([], ("it names variable/branch, which is on neither side",)),
        ([resource("variable/branch")], ()),
    ],
)
def test_a_name_that_is_on_neither_side_is_warned_about(there: list[Resource], warnings: tuple[str, ...]) -> None:
    """Order and a warning, no more: it is created all the same."""
    (planned,) = plan_of(resource("deployment/a/b", mentions=(Key("variable/branch"),)), there=there).resources

    assert (planned.action, planned.warnings) == (Action.CREATE, warnings)


def test_a_name_that_comes_along_is_not_warned_about() -> None:
    """It is on its way."""
    made = plan_of(resource("variable/branch"), resource("deployment/a/b", mentions=(Key("variable/branch"),)))

    assert [planned.warnings for planned in made.resources] == [(), ()]


def test_new_queues_displace_none_that_are_there() -> None:
    """Invariant 6: where one would, none of the pool's new ones has a say in its priority, and each says so."""
    further = resource("work-queue/p/r", "work-pool/p", turn=("p", 9), position=("p", 9))
    mine = resource("work-queue/p/mine", "work-pool/p", turn=("p", 2), position=("p", 2))
    (*_, planned, other) = plan_of(POOL, DEFAULT_QUEUE, QUEUE, further, there=[POOL, DEFAULT_QUEUE, mine]).resources

    assert planned.appended
    assert other.appended
    assert "first priority that is free" in planned.warnings[-1]


@pytest.mark.parametrize("mine", [("p", 3), ("q", 2)])
def test_a_queue_whose_priority_is_free_keeps_it(mine: tuple[str, int]) -> None:
    """Nothing is displaced by it; so a run that goes on where another one stopped ends as that would have."""
    there = [POOL, DEFAULT_QUEUE, resource("work-queue/p/mine", turn=mine, position=mine)]
    (*_, planned) = plan_of(POOL, DEFAULT_QUEUE, QUEUE, there=there).resources

    assert (planned.appended, planned.warnings) == (False, ())


def test_a_default_queue_that_is_still_to_be_adjusted_takes_no_position() -> None:
    """An earlier run has made the pool, whose default queue has the first priority until it is adjusted."""
    default = replace(DEFAULT_QUEUE, position=("p", 2), digest="as it will be")
    first = replace(QUEUE, position=("p", 1), turn=("p", 1))
    plan = make_plan(
        Inventory.of([POOL, default, first]),
        Inventory.of([POOL, DEFAULT_QUEUE]),
        lambda _: (),
        held=True,
        begun=[default.key],
    )

    assert [planned.appended for planned in plan.resources] == [False, False, False]


def test_an_automation_that_joins_namesakes_is_not_appended() -> None:
    """It has a turn among them, and no priority."""
    first, second = (resource(name, turn=("a", 0)) for name in ("automation/a", "automation/a#2"))
    (_, planned) = plan_of(first, second, there=[first]).resources

    assert (planned.appended, planned.warnings) == (False, ())


def test_a_queue_of_a_new_pool_is_not_appended_for_what_else_is_there() -> None:
    """It may refer to anything; only queues of its own pool can be displaced."""
    queue = resource("work-queue/p/q", "work-pool/p", "flow/etl", turn=("p", 2))
    elsewhere = resource("work-queue/other/q", turn=("other", 2))
    made = plan_of(POOL, DEFAULT_QUEUE, queue, FLOW, there=[FLOW, elsewhere, resource("automation/p", turn=("p", 0))])

    assert not any(planned.appended or planned.warnings for planned in made.resources)


@pytest.mark.parametrize("there", [[], [POOL, DEFAULT_QUEUE, QUEUE]])
def test_a_queue_of_a_new_pool_or_one_that_is_there_is_not_appended(there: list[Resource]) -> None:
    """Its priority is the source's."""
    made = plan_of(POOL, DEFAULT_QUEUE, QUEUE, there=there)

    assert not any(planned.appended or planned.warnings for planned in made.resources)


def test_block_schemas_go_along_only_when_they_are_used() -> None:
    """Built-in ones come with the server; nested ones are used by what is used."""
    document = resource("block-document/s/d", "block-schema/s/outer")
    outer = resource("block-schema/s/outer", "block-schema/t/inner", "block-type/s")
    inner, unused = resource("block-schema/t/inner"), resource("block-schema/u/unused", "block-schema/u/inner")
    inventory = Inventory.of(
        [outer, inner, unused, resource("block-schema/u/inner"), resource("block-type/s"), document]
    )

    assert list(select(inventory).resources) == [outer.key, inner.key, "block-type/s", document.key]


def test_schemas_that_hold_one_another_do_not_hold_planning_up() -> None:
    """Nobody uses them."""
    one, other = resource("block-schema/a/1", "block-schema/b/2"), resource("block-schema/b/2", "block-schema/a/1")

    assert list(plan_of(one, other).resources) == []


@pytest.mark.parametrize(
    ("there", "bare"),
    [([], {"automation/a", "automation/b", "automation/self"}), (["automation/b"], {"automation/self"})],
)
def test_what_is_there_breaks_a_circle(there: list[str], bare: set[str]) -> None:
    """Its id is known from the beginning."""
    a, b = resource("automation/a", "automation/b"), resource("automation/b", "automation/a")
    alone = resource("automation/self", "automation/self")
    before = resource("automation/before", "automation/a")
    made = plan_of(a, b, alone, before, there=map(resource, there))

    assert {planned.key for planned in made.resources if planned.bare} == bare


@pytest.mark.parametrize(
    ("source", "there", "held"),
    [
        ([resource("flow/etl", digest="d2")], [], True),
        ([FLOW], [FLOW], True),
        ([FLOW], [], False),
        ([resource("flow/etl", problem="it is broken")], [], True),
        ([resource("flow/etl", live=True)], [], True),
        ([FLOW, resource("flow/elt")], [], True),
        ([], [], True),
    ],
)
def test_a_plan_that_does_something_else_has_another_digest(
    *, source: list[Resource], there: list[Resource], held: bool
) -> None:
    """Invariant 14: `--expect-plan` refuses it."""
    assert plan_of(*source, there=there, held=held).digest != plan_of(FLOW).digest


def test_a_plan_that_finds_another_resource_there_has_another_digest() -> None:
    """Invariant 14: deleted and created again, it is not the one that was looked at."""
    one, other = (plan_of(FLOW, there=[resource("flow/etl", id=known)]) for known in "ab")

    assert one.digest != other.digest


def actions(planned: Plan | Iterable[PlannedResource]) -> dict[str, str]:
    """What is done with each resource."""
    resources = planned.resources if isinstance(planned, Plan) else planned
    return {str(resource.key): str(resource.action) for resource in resources}
