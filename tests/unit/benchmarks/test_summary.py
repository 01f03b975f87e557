"""The README's table has the headlines of what was measured, and no more."""

from benchmarks.headline import Headline
from benchmarks.rivals import contest
from benchmarks.summary import BEGIN, END, summary_of, within
from tests.unit.benchmarks.specimen import part_of


def summary(*headlines: Headline) -> str:
    """Of a part in which ours takes 10 ms where theirs takes 40."""
    rivals = {"ours": lambda: {"ms": 10, "calls": 3}, "theirs": lambda: {"ms": 40, "calls": 4}}
    return summary_of([part_of(contest("something", rivals, rounds=2))], {"something": headlines})


def test_a_headline_is_a_ratio_of_ours_to_another() -> None:
    """With the figures that it is of, by default those that rivals are compared by."""
    assert "| something: ms | ours: 10 | theirs: 40 | 0.25 |" in summary(Headline("something", "theirs"))
    assert "| something: calls | ours: 3 | theirs: 4 | 0.75 |" in summary(Headline("something", "theirs", "calls"))


def test_what_was_not_measured_is_left_out() -> None:
    """A contest, a rival, a figure, or all of them: then there is no table."""
    missing = Headline("another", "theirs"), Headline("something", "nobody"), Headline("something", "theirs", "EUR")
    assert summary(*missing) == ""


def test_a_summary_takes_the_place_of_the_one_before() -> None:
    """The rest of the page stays as it is."""
    once = within(f"before\n{BEGIN}\nold\n{END}after\n", "new\n")
    assert once == within(once, "new\n") == f"before\n{BEGIN}\nnew\n\n{END}after\n"
