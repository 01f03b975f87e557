"""A part may be measured piece by piece; what was not measured again is kept, under the command that measured it."""

from benchmarks.form import ContestForm
from benchmarks.rendering import section_of
from benchmarks.rivals import contest
from tests.unit.benchmarks.specimen import part_of


def held(title: str, ms: float) -> ContestForm:
    """A contest in which ours takes so long."""
    return contest(title, {"ours": lambda: {"ms": ms}}, rounds=1)


BEFORE = part_of(held("small", 1), held("large", 2), command="first")


def test_a_contest_that_was_held_again_takes_the_place_of_the_older_one() -> None:
    """It is there once, with its newer figure; those that were not held again stay."""
    both = BEFORE.with_new(part_of(held("large", 3), held("huge", 4), command="second"))

    assert [(one.title, one.rivals[0].series[0].median) for one in both.contests] == [
        ("small", 1),
        ("large", 3),
        ("huge", 4),
    ]


def test_each_contest_stands_below_the_command_that_held_it() -> None:
    """A figure is not shown under a machine or a date that it is not of."""
    shown = section_of(BEFORE.with_new(part_of(held("large", 3), command="second")))
    places = [shown.index(what) for what in ("`first`", "### small", "`second`", "### large")]
    assert places == sorted(places)


def test_a_command_that_has_nothing_left_is_named_no_more() -> None:
    """All of its contests were held again."""
    both = BEFORE.with_new(part_of(held("small", 5), held("large", 6), command="second"))
    assert [measurement.command for measurement in both.measurements] == ["second"]


def test_what_is_kept_as_it_comes_is_kept_once() -> None:
    """A measurement that grows takes its own place."""
    growing = part_of(held("small", 5), command="second")
    once = BEFORE.with_new(growing)
    again = once.with_new(growing.with_one_more(held("large", 6)))
    assert [measurement.command for measurement in again.measurements] == ["second"]
    assert [one.title for one in again.contests] == ["small", "large"]
