"""What another server does not accept is named by its place: unknown fields, and values that it has no like of."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.kinds.projection import EVERYTHING, Acceptance, Fit
from migrator.model.canonical import Body, Canonical, Json, Reference
from tests.unit import rows
from tests.unit.kinds.payloads import the_kind

FLOW = the_kind("flow")
TEXT: Body = {"type": "string"}
NUMBER: Body = {"type": "number"}


def a_form(known: Mapping[str, Json], **more: Json) -> Body:
    """A schema of an object with some fields and no others, as Prefect's models of requests have it."""
    return {"type": "object", "properties": dict(known), "additionalProperties": False, **more}


def accepting(schema: Body, path: str = "/flows/", **schemas: Body) -> Acceptance:
    """A server that accepts such a body at a path."""
    content = {"content": {"application/json": {"schema": schema}}}
    document = {"paths": {path: {"post": {"requestBody": content}}}, "components": {"schemas": schemas}}
    return Acceptance(document, cloud=False)


def fit(schema: Body, value: Json, **schemas: Body) -> Fit:
    """How a value of a field called `tags` fits a schema."""
    return accepting(a_form({"tags": schema}), "/flows/", **schemas).fit(FLOW, Canonical({"tags": value}))


ACTIONS: Body = {
    "anyOf": [
        a_form({"type": {"const": "do-nothing"}}),
        a_form({"type": {"type": "string", "enum": ["run"]}, "deployment_id": TEXT, "within": TEXT}),
        a_form({"type": {"const": "pause"}, "deployment_id": TEXT}),
    ]
}
SCHEDULES: Body = {
    "anyOf": [
        a_form({"interval": TEXT, "timezone": TEXT}, required=["interval"]),
        a_form({"cron": TEXT, "timezone": TEXT}, required=["cron"]),
    ]
}


def test_a_field_that_is_not_known_is_left_out_and_lost() -> None:
    """It says something, so its loss is told."""
    found = accepting(a_form({"name": TEXT})).fit(FLOW, Canonical({"name": "etl", "labels": {"team": "data"}}))

    assert found == Fit(left_out=("/labels",), lost=("/labels",))


@pytest.mark.parametrize("nothing", [None, "", [], {}, False, 0, 0.0])
def test_a_field_that_says_nothing_is_left_out_without_a_word(nothing: Json) -> None:
    """A server that does not know it does the same as one on which it is not set."""
    found = accepting(a_form({"name": TEXT})).fit(FLOW, Canonical({"name": "etl", "labels": nothing}))

    assert found == Fit(left_out=("/labels",))


def test_a_form_that_ignores_what_it_does_not_know_loses_it_too() -> None:
    """Inside of requests some of Prefect's models do: then the document has the fields, and no word on others."""
    assert fit({"type": "object", "properties": {"a": TEXT}}, {"a": "", "b": 1}).lost == ("/tags/b",)


@pytest.mark.parametrize("schema", [{}, {"type": "object"}, {"type": "object", "additionalProperties": True}])
def test_a_form_of_any_fields_loses_none(schema: Body) -> None:
    """Parameters, job variables, templates."""
    assert fit(schema, {"anything": {"at": "all"}}) == Fit()


def test_fields_of_any_name_have_one_form() -> None:
    """Labels and environments."""
    schema = {"type": "object", "additionalProperties": a_form({"known": TEXT})}

    assert fit(schema, {"x": {"known": "a", "new": "b"}}).lost == ("/tags/x/new",)


def test_what_refers_to_another_schema_is_looked_up() -> None:
    """Also by way of a list."""
    schema = {"type": "array", "items": {"$ref": "#/components/schemas/Schedule"}}
    schedule = a_form({"cron": TEXT})

    assert fit(schema, [{"cron": "* * * * *"}, {"cron": "", "slug": "x"}], Schedule=schedule).lost == ("/tags/1/slug",)


def test_all_of_several_schemas_have_their_say() -> None:
    """Prefect 2 spells a reference with a description so."""
    assert fit({"allOf": [{"$ref": "#/components/schemas/Color"}]}, "red", Color={"enum": ["blue"]}).problem


def test_a_schema_may_be_recursive() -> None:
    """Triggers hold triggers."""
    trigger = a_form({"triggers": {"type": "array", "items": {"$ref": "#/components/schemas/Trigger"}}})
    value = {"triggers": [{"triggers": [{"triggers": [], "new": 1}]}]}

    assert fit({"$ref": "#/components/schemas/Trigger"}, value, Trigger=trigger).lost == (
        "/tags/triggers/0/triggers/0/new",
    )


class TestAlternatives:
    """Where one of several schemas is meant, the one that fits best counts."""

    def test_a_type_says_which(self) -> None:
        """What another type would not know is no loss."""
        assert fit(ACTIONS, {"type": "pause", "deployment_id": "x", "new": 1}).lost == ("/tags/new",)

    def test_a_type_outweighs_forms(self) -> None:
        """Older documents call durations text, and the server takes numbers: the type still says which."""
        action = {"type": "run", "deployment_id": None, "within": 60, "new": 1}

        assert fit(ACTIONS, action) == Fit(left_out=("/tags/new",), lost=("/tags/new",))

    def test_a_type_that_is_none_of_them_is_refused(self) -> None:
        """And named by its place, never by its value (invariant 10)."""
        problem = fit(ACTIONS, {"type": "declare-incident"}).problem

        assert "/tags/type" in problem
        assert "declare-incident" not in problem

    @pytest.mark.parametrize("schedule", [{"interval": 60.0}, {"cron": "* * * * *"}])
    def test_required_fields_say_which(self, schedule: Body) -> None:
        """Schedules have no type; an interval in seconds is no text, and is taken."""
        assert fit(SCHEDULES, {**schedule, "timezone": "UTC"}) == Fit()

    def test_an_object_is_no_null(self) -> None:
        """However badly it fits the only object that there could be."""
        options = a_form({"collision_strategy": {"enum": ["ENQUEUE"]}})
        schema = {"anyOf": [{"type": "null"}, options]}

        assert "/tags/collision_strategy" in fit(schema, {"collision_strategy": "REPLACE", "grace": 5}).problem
        assert fit(schema, {"collision_strategy": "ENQUEUE", "grace": 5}).lost == ("/tags/grace",)

    @pytest.mark.parametrize("value", ["any", 2, 2.0, None])
    def test_values_of_any_form_find_theirs(self, value: Json) -> None:
        """Numbers, words of a list, nothing."""
        schema = {"anyOf": [{"type": "integer"}, {"type": "string", "enum": ["any", "all"]}, {"type": "null"}]}

        assert fit(schema, value) == Fit()


def test_a_value_of_another_form_is_left_to_the_server() -> None:
    """It converts some; what it does not convert, it refuses in its own words."""
    assert fit(NUMBER, "12") == Fit()


def test_an_id_fits_where_another_does() -> None:
    """The hole that it left is no null."""
    schema = a_form({"block": {"anyOf": [a_form({"id": {"type": "string"}}), a_form({"id": {"type": "null"}})]}})
    holed = Canonical({"block": {"id": None, "new": 1}}, (Reference("/block/id", -1, rows.KEYS[rows.FLOW_ID]),))

    assert accepting(schema).fit(FLOW, holed).lost == ("/block/new",)


def test_what_is_not_sent_is_not_looked_at() -> None:
    """A queue's content names its pool, which stands in the path of the request."""
    queue = the_kind("work-queue")
    content = rows.READER.canonical(queue, rows.WORK_QUEUE)
    acceptance = accepting(a_form({"name": TEXT, "priority": NUMBER}), "/work_pools/{name}/queues")

    assert acceptance.fit(queue, content).lost == ("/description", "/concurrency_limit")


def test_what_a_second_request_sends_is_looked_at_too() -> None:
    """Schedules that end by themselves go with a request of their own, in the same form."""
    deployment = the_kind("deployment")
    bounded = {**rows.DEPLOYMENT["schedules"][0], "max_scheduled_runs": 10}
    content = rows.READER.canonical(deployment, {**rows.DEPLOYMENT, "schedules": [bounded]})
    schedule = a_form({"schedule": {}, "active": {}, "parameters": {}, "max_scheduled_runs": {}})
    acceptance = accepting({"type": "object", "properties": {"schedules": {"items": schedule}}}, "/deployments/")

    assert "/schedules/0/slug" in acceptance.fit(deployment, content).lost


def test_without_a_document_everything_is_accepted() -> None:
    """Prefect Cloud need not serve one."""
    assert EVERYTHING.fit(FLOW, Canonical({"anything": 1})) == Fit()


def test_a_path_that_the_document_does_not_have_says_nothing() -> None:
    """The server itself will say that it is not there."""
    assert accepting(a_form({}), "/elsewhere/").fit(FLOW, Canonical({"name": "etl"})) == Fit()


def test_a_kind_that_the_server_does_not_have_is_a_problem() -> None:
    """Named by its kind."""
    search = the_kind("saved-search")
    found = Acceptance(absent={"saved-search"}).fit(search, Canonical(rows.SAVED_SEARCH))

    assert "saved-search" in found.problem


@pytest.mark.parametrize("pool_type", ["ecs:push", "cloud-run-v2:push", "prefect:managed"])
def test_pools_that_prefect_cloud_runs_need_it(pool_type: str) -> None:
    """A self-hosted server would take them, and nobody would ever start their runs."""
    pool = the_kind("work-pool")
    content = rows.READER.canonical(pool, {**rows.WORK_POOL, "type": pool_type})

    assert "only Prefect Cloud" in Acceptance(cloud=False).fit(pool, content).problem
    assert Acceptance(cloud=True).fit(pool, content) == Fit()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=9,
)


def schema_of(value: Json) -> Body:
    """A schema of exactly such values."""
    if isinstance(value, dict):
        return a_form({name: schema_of(item) for name, item in value.items()})
    if isinstance(value, list):
        return {"type": "array", "items": {"anyOf": [*map(schema_of, value), {"type": "null"}]}}
    return {}


@given(body=st.dictionaries(st.text(max_size=2), VALUES, max_size=4))
def test_what_is_known_is_not_left_out(body: Body) -> None:
    """Whatever its names hold: slashes, tildes, nothing."""
    assert accepting(schema_of(body)).fit(FLOW, Canonical(body)) == Fit()


@given(body=st.dictionaries(st.text(max_size=2), VALUES, max_size=4), data=st.data())
def test_without_what_is_left_out_it_fits(body: Body, data: st.DataObject) -> None:
    """The law of projection: what is left after it is accepted, and all that was known is still there."""
    known = {name: value for name, value in body.items() if data.draw(st.booleans(), name)}
    acceptance = accepting(schema_of(known))
    content = Canonical(body)
    left = content.without(acceptance.fit(FLOW, content).left_out)

    assert left.body == known
    assert acceptance.fit(FLOW, left) == Fit()


@pytest.mark.parametrize(
    ("version", "left_out"), [("3.4.14", ("/tuned_limit",)), ("3.6.29", ()), ("3.8.8", ()), ("", ())]
)
def test_what_no_document_tells_of_is_told_by_the_version(version: str, left_out: tuple[str, ...]) -> None:
    """Servers of 3.4 keep tag limits in a table of their own, in which nothing can be tuned."""
    content = Canonical({"tag": "heavy", "concurrency_limit": 1, "tuned_limit": {"active": False}})
    fit = Acceptance(version=version).fit(the_kind("tag-limit"), content)

    assert fit == Fit(left_out=left_out, lost=left_out)
