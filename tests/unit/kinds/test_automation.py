"""Automations: triggers within triggers, sets in any order, and what is bare."""

from copy import deepcopy
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds.automation import AUTOMATION
from migrator.kinds.reading import Reader
from migrator.model.canonical import Body
from tests.unit.kinds.payloads import bare
from tests.unit.rows import AUTOMATION as ROW
from tests.unit.rows import AUTOMATION_ID, DEPLOYMENT_ID, DOCUMENT_ID, KEYS, POOL_ID, QUEUE_ID, READER, an_id

EVENT: Body = ROW["trigger"]
UNKNOWN = an_id(0xDEAD)
TRIGGERS: st.SearchStrategy[Body] = st.recursive(
    st.integers(0, 9).map(lambda n: {**EVENT, "id": an_id(n), "threshold": n}),
    lambda inner: st.builds(
        lambda n, triggers: {"type": "compound", "id": an_id(n), "triggers": triggers, "require": n, "within": None},
        st.integers(0, 9),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)


@settings(max_examples=200)
@given(trigger=TRIGGERS)
def test_triggers_lose_their_ids_at_any_depth(trigger: Body) -> None:
    """The server gives them, and gives other ones when an automation is created from them."""
    before = deepcopy(trigger)
    assert ids_of(trigger_of(trigger)) == []
    assert trigger == before


@settings(max_examples=200)
@given(trigger=TRIGGERS)
def test_triggers_lose_nothing_else(trigger: Body) -> None:
    """Order and nesting mean something in sequences."""
    assert trigger_of(trigger) == without_ids(trigger)


@pytest.mark.parametrize("field", ["expect", "after", "for_each"])
def test_sets_come_in_one_order(field: str) -> None:
    """The server keeps these as sets and lists them in any order."""
    orders = permutations(["prefect.flow-run.Failed", "prefect.flow-run.Completed", "acme.*"])
    triggers: list[Body] = [
        {"type": "compound", "triggers": [{**EVENT, field: list(order)}, EVENT]} for order in orders
    ]
    digests = {READER.canonical(AUTOMATION, {**ROW, "trigger": trigger}).digest() for trigger in triggers}

    assert len(digests) == 1


@pytest.mark.parametrize("field", ["expect", "after", "for_each"])
def test_sets_of_ids_come_in_one_order(field: str) -> None:
    """By what the ids belong to, as the ids themselves sort differently on every server."""
    orders = permutations([f"acme.done.{known}" for known in (DEPLOYMENT_ID, POOL_ID, QUEUE_ID)])
    triggers: list[Body] = [{"type": "compound", "triggers": [{**EVENT, field: list(order)}]} for order in orders]
    digests = {READER.canonical(AUTOMATION, {**ROW, "trigger": trigger}).digest() for trigger in triggers}
    turned = {DEPLOYMENT_ID: KEYS[QUEUE_ID], QUEUE_ID: KEYS[DEPLOYMENT_ID]}
    reader = Reader(lambda known: turned.get(known, KEYS.get(known)), READER.surroundings)
    elsewhere = {reader.canonical(AUTOMATION, {**ROW, "trigger": t, "actions": []}).digest() for t in triggers}

    assert len(digests) == 1
    assert elsewhere == {READER.canonical(AUTOMATION, {**ROW, "trigger": t, "actions": []}).digest() for t in triggers}


def test_a_bare_automation_refers_to_nothing_and_never_acts() -> None:
    """It is created before what it refers to, and must not fire before it is complete."""
    row = {**ROW, "actions_on_trigger": ROW["actions"]}
    created = bare(READER.canonical(AUTOMATION, row).body)

    assert READER.canonical(AUTOMATION, bare(row)).references == ()
    assert created["actions"] == created["actions_on_trigger"] == created["actions_on_resolve"] == []
    assert created["trigger"]["expect"] == ["migrator.never"]


def test_a_bare_automation_is_called_what_it_will_be_called() -> None:
    """Whoever looks at the destination in the meantime sees what it is going to be."""
    names = ("name", "description", "tags")

    assert [bare(ROW)[name] for name in names] == [ROW[name] for name in names]


@pytest.mark.parametrize("actions", ["actions", "actions_on_trigger", "actions_on_resolve"])
@pytest.mark.parametrize(
    ("field", "known"),
    [
        ("deployment_id", DEPLOYMENT_ID),
        ("work_pool_id", POOL_ID),
        ("work_queue_id", QUEUE_ID),
        ("automation_id", AUTOMATION_ID),
        ("block_document_id", DOCUMENT_ID),
    ],
)
def test_actions_refer_to_all_kinds_in_all_lists(actions: str, field: str, known: str) -> None:
    """Invariant 5: the ancestor visits one of the three lists, and one field of the five."""
    row = {**ROW, actions: [{"type": "do-nothing"}, {"type": "any", field: known}]}
    resource = READER.resource(AUTOMATION, KEYS[AUTOMATION_ID], row)

    assert resource.problem == ""
    assert KEYS[known] in resource.needs


@pytest.mark.parametrize("actions", ["actions", "actions_on_trigger", "actions_on_resolve"])
def test_an_action_on_what_is_gone_is_a_problem(actions: str) -> None:
    """Invariant 5: the server would take it with 201, and the automation would be dead in silence."""
    row = {**ROW, actions: [{"type": "pause-deployment", "source": "selected", "deployment_id": UNKNOWN}]}

    assert f"/{actions}/0/deployment_id" in READER.resource(AUTOMATION, KEYS[AUTOMATION_ID], row).problem


def test_an_inferred_target_is_no_problem() -> None:
    """The place of an id may be empty: the event says what is meant."""
    row = {**ROW, "actions": [{"type": "pause-deployment", "source": "inferred", "deployment_id": None}]}

    assert READER.resource(AUTOMATION, KEYS[AUTOMATION_ID], row).problem == ""


@pytest.mark.parametrize(
    "match_related",
    [
        {"prefect.resource.id": f"prefect.deployment.{UNKNOWN}"},
        [{"prefect.resource.id": ["prefect.deployment.*", f"prefect.deployment.{UNKNOWN}"]}],
    ],
)
def test_watching_what_is_gone_is_a_problem(match_related: object) -> None:
    """Invariant 5: in text and in lists of text, however deep the trigger."""
    inner = {**EVENT, "match_related": match_related}
    row = {**ROW, "trigger": {"type": "compound", "triggers": [{"type": "sequence", "triggers": [inner]}]}}

    assert "match_related" in READER.resource(AUTOMATION, KEYS[AUTOMATION_ID], row).problem


def test_automations_of_one_name_take_turns() -> None:
    """They are written one after another, so that one that was perhaps written can be told from its namesakes."""
    assert AUTOMATION.turn(ROW) == AUTOMATION.turn({**ROW, "actions": []}) == (ROW["name"], 0)


def trigger_of(trigger: Body) -> Any:
    """The trigger as it is written."""
    return AUTOMATION.shape({**ROW, "trigger": trigger}, READER.surroundings)["trigger"]


def ids_of(trigger: Any) -> list[str]:
    """The ids of a trigger and of those inside it."""
    own = [trigger["id"]] if "id" in trigger else []
    return own + [inner for one in trigger.get("triggers", []) for inner in ids_of(one)]


def without_ids(trigger: Any) -> Any:
    """A trigger with only its ids taken away."""
    rest = {name: value for name, value in trigger.items() if name != "id"}
    return rest | ({"triggers": [without_ids(one) for one in rest["triggers"]]} if "triggers" in rest else {})
