"""Rivals are measured in turn, and compared within a round."""

import pytest

from benchmarks.form import ContestForm
from benchmarks.rendering import section_of
from benchmarks.rivals import Measure, contest
from tests.unit.benchmarks.specimen import part_of


class Scripted:
    """Rivals whose figures are known beforehand.

    Attributes:
        order: Who was measured, one after another.
    """

    def __init__(self) -> None:
        self.order: list[str] = []

    def rival(self, name: str, *figures: float) -> Measure:
        """One that needs so many ms, round by round."""
        rest = iter(figures)

        def measure() -> dict[str, float]:
            self.order.append(name)
            return {"ms": next(rest)}

        return measure


@pytest.fixture
def scripted() -> Scripted:
    """The rivals of a test."""
    return Scripted()


def fought(scripted: Scripted) -> ContestForm:
    """The machine is twice as slow in the second round, for both."""
    rivals = {"ours": scripted.rival("ours", 10, 20, 10), "theirs": scripted.rival("theirs", 30, 60, 35)}
    return contest("something", rivals, rounds=3)


def test_rivals_take_turns(scripted: Scripted) -> None:
    """So that a machine that is slow for a while is so for all of them."""
    fought(scripted)
    assert scripted.order == ["ours", "theirs"] * 3


def test_a_ratio_is_taken_within_a_round(scripted: Scripted) -> None:
    """What the machine did to both is not in it."""
    ended = fought(scripted)
    assert [ended.ratios(rival) for rival in ended.rivals] == [[1, 1, 1], [3, 3, 3.5]]


def test_a_figure_is_shown_with_how_far_its_rounds_lie_apart(scripted: Scripted) -> None:
    """The median, and behind it the lowest and the highest; what is the same in all is said once."""
    shown = section_of(part_of(fought(scripted)))
    assert "| ours | 10 (10 to 20) | 1 |" in shown
    assert "| theirs | 35 (30 to 60) | 3 (3 to 3.5) |" in shown


def test_a_figure_that_a_rival_does_not_have_is_left_open() -> None:
    """Not taken for a nought."""
    ended = contest("something", {"ours": lambda: {"ms": 2, "calls": 3}, "theirs": lambda: {"ms": 4}}, rounds=1)
    assert "| theirs | 4 | 2 |  |" in section_of(part_of(ended))


def test_the_machine_is_named_beside_its_figures(scripted: Scripted) -> None:
    """With versions, date and command, for whoever measures again."""
    shown = section_of(part_of(fought(scripted)))
    assert (
        "`python -m benchmarks something`, 2026-01-02, Linux x86, 2 processors (a fast one), 8 GiB, load 0.1" in shown
    )
    assert "python 3.11, redis 7" in shown
