"""Selection: what a migration is about, by key patterns and tags; what a chosen resource needs comes along."""

import pytest

from migrator.model.inventory import Inventory, Resource
from migrator.model.keys import Key
from migrator.model.plan import Action, Plan
from migrator.planning.planning import make_plan
from migrator.planning.selection import EVERYTHING, Selection, idle, select, unknown_kinds


def resource(key: str, *needs: str, tags: tuple[str, ...] = (), comes_along: bool = False) -> Resource:
    """A resource of an inventory."""
    return Resource(
        Key(key), f"id of {key}", needs=tuple(map(Key, needs)), tags=tags, comes_along=comes_along, digest=key
    )


SOURCE = Inventory.of(
    [
        resource("variable/a", tags=("etl",)),
        resource("variable/b"),
        resource("block-type/s3"),
        resource("block-schema/s3/1", "block-type/s3"),
        resource("block-schema/s3/2", "block-type/s3"),
        resource("block-document/s3/raw", "block-schema/s3/1", "block-type/s3"),
        resource("work-pool/k8s", "block-document/s3/raw"),
        resource("work-queue/k8s/default", "work-pool/k8s", comes_along=True),
        resource("work-queue/k8s/high", "work-pool/k8s"),
        resource("flow/etl"),
        resource("deployment/etl/nightly", "flow/etl", "work-pool/k8s", tags=("etl", "night")),
        resource("deployment/etl/hourly", "flow/etl"),
    ]
)
ALONG = {
    *("flow/etl", "work-pool/k8s", "work-queue/k8s/default"),
    *("block-document/s3/raw", "block-schema/s3/1", "block-type/s3"),
}


def chosen(*include: str, exclude: tuple[str, ...] = (), tags: tuple[str, ...] = ()) -> set[str]:
    """The keys that a selection takes."""
    return set(select(SOURCE, Selection(include, exclude, tags)).resources)


def plan(selection: Selection, *there: str) -> Plan:
    """A plan for a destination that has some of it."""
    destination = Inventory.of([SOURCE.resources[Key(key)] for key in there])
    return make_plan(SOURCE, destination, lambda _: (), held=True, selection=selection)


def test_everything_is_all_but_what_nobody_uses() -> None:
    """A schema goes along when a document uses it."""
    assert set(select(SOURCE, EVERYTHING).resources) == SOURCE.resources.keys() - {"block-schema/s3/2"}


def test_what_is_chosen_brings_along_what_it_needs() -> None:
    """Directly or not, and what comes into being with that."""
    assert chosen("deployment/etl/nightly") == {"deployment/etl/nightly"} | ALONG


def test_who_brought_it_along_is_remembered() -> None:
    """What was chosen for its own sake needs no such mark."""
    required_by = select(SOURCE, Selection(("deployment/etl/nightly",))).required_by
    assert set(required_by) == ALONG
    assert required_by[Key("work-pool/k8s")] == "deployment/etl/nightly"
    assert required_by[Key("work-queue/k8s/default")] == "work-pool/k8s"


@pytest.mark.parametrize(
    ("pattern", "keys"),
    [
        ("variable", {"variable/a", "variable/b"}),
        ("variable/*", {"variable/a", "variable/b"}),
        ("variable/a", {"variable/a"}),
        ("variable/[a]", set()),
        ("*/a", {"variable/a"}),
        ("flow/**", {"flow/etl"}),
        ("deployment/*", set()),
        ("deployment/*/hourly", {"deployment/etl/hourly", "flow/etl"}),
        ("**/hourly", {"deployment/etl/hourly", "flow/etl"}),
        ("vari*", {"variable/a", "variable/b"}),
    ],
)
def test_a_pattern_matches_whole_keys(pattern: str, keys: set[str]) -> None:
    """A star stays within its segment, two go across; a kind alone is all of it; nothing else is special."""
    assert chosen(pattern) == keys


def test_a_tag_chooses_what_has_it() -> None:
    """Together with patterns both must hold."""
    assert chosen(tags=("etl",)) == {"variable/a", "deployment/etl/nightly"} | ALONG
    assert chosen("variable", tags=("etl", "night")) == {"variable/a"}


def test_what_is_excluded_stays_out() -> None:
    """Also where something else would bring it along."""
    assert chosen("variable", exclude=("variable/b",)) == {"variable/a"}
    assert "work-pool/k8s" not in chosen("deployment", exclude=("work-pool/*",))


def test_an_excluded_need_stops_what_needs_it() -> None:
    """The plan says so, by name, before anything is written."""
    stopped = plan(Selection(("deployment/etl/nightly",), ("flow/etl",)))
    [deployment] = [r for r in stopped.resources if r.key == "deployment/etl/nightly"]
    assert (deployment.action, deployment.error) == (Action.FAIL, "Excluded")
    assert deployment.blocked_by == ("flow/etl",)
    assert deployment.reason == "it needs flow/etl, which is excluded, and not there"


def test_an_excluded_need_that_is_there_is_satisfied() -> None:
    """Invariant 4: already there is success, whoever brought it."""
    there = plan(Selection(("deployment/etl/hourly",), ("flow/etl",)), "flow/etl")
    assert [(r.key, r.action) for r in there.resources] == [("deployment/etl/hourly", Action.CREATE)]


def test_a_pattern_or_tag_that_matches_nothing_is_noticed() -> None:
    """Beside others that do, too: an exclusion with a typing error excludes nothing."""
    selection = Selection(("deployment/etl/*", "flow/elt"), ("variable/aa",), ("etl", "day"))
    assert idle(selection, SOURCE) == ["flow/elt", "variable/aa", "day"]


def test_a_pattern_that_names_no_kind_is_noticed() -> None:
    """It would choose nothing, in silence."""
    assert unknown_kinds(Selection(("deployments/*", "*/x", "**"), ("work-*", "flows"))) == ["deployments/*", "flows"]
