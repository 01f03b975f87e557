"""Groups: every node belongs to the kind of its resource, however kinds follow on each other."""

from hypothesis import given
from hypothesis import strategies as st

from migrator.engine.groups import Grouping, Stretches, by_outcome, grouped
from migrator.model.keys import kind_of
from migrator.model.plan import Step
from tests.integration.engine.graphs import plan_of


@given(kinds=st.lists(st.sampled_from(["flow", "s3-bucket", "variable"]), min_size=1, max_size=12))
def test_a_stretch_says_the_kind_of_each_resource(kinds: list[str]) -> None:
    """Also where a kind comes in several stretches; what is nobody's is in none."""
    plan = plan_of(len(kinds), kinds=kinds)
    groups = Stretches(Grouping(plan).stretches)
    assert [groups.of(n) for n in range(len(kinds))] == [kind_of(r.key) for r in plan.resources]
    assert groups.of(-1) == ""


@given(kinds=st.lists(st.sampled_from(["flow", "s3-bucket", "variable"]), min_size=1, max_size=12))
def test_the_numbers_of_a_kind_are_those_of_its_resources(kinds: list[str]) -> None:
    """In order; of a kind that there is not, none."""
    groups = Stretches(Grouping(plan_of(len(kinds), kinds=kinds)).stretches)
    for kind in ("flow", "s3-bucket", "variable", "automation", ""):
        numbers = [number for some in groups.numbers_of(kind) for number in some]
        assert numbers == [number for number, one in enumerate(kinds) if one == kind]


def test_the_settled_of_all_kinds_add_up() -> None:
    """Invariant 1, by kind."""
    groups = grouped(
        {"flow": 3, "variable": 2}, {"created flow": 2, "failed flow": 1, "created": 1, "skipped variable": 0}
    )
    assert {name: group.settled for name, group in groups.items()} == {"flow": 3, "variable": 0}
    assert groups["flow"].failed == 1
    assert by_outcome({"created flow": 2, "created": 1, "failed flow": 1, "skipped": 0}) == {"created": 3, "failed": 1}


def test_edges_are_counted_between_kinds() -> None:
    """A completion belongs to its resource; what stays within a kind, or only orders, is no edge between kinds."""
    steps = {4: (1, Step.COMPLETE), 5: (-1, Step.BARRIER)}
    plan = plan_of(4, kinds=["flow", "deployment"], needs=[(0, 1), (2, 4), (0, 2)], after=[(2, 3), (3, 5)], steps=steps)
    groups = Grouping(plan)
    assert groups.edges() == (("flow", "deployment", 2),)
    assert groups.sizes() == {"flow": 2, "deployment": 3}
