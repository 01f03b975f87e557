"""The board of a run that goes on."""

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from migrator.engine.groups import Group
from migrator.engine.standing import Standing
from migrator.kinds import KINDS
from migrator.reporting.terminal.board import board_of, line_of
from tests.unit.reporting.standings import standing_of

OUTCOMES = st.dictionaries(st.sampled_from(["created", "exists", "failed", "skipped"]), st.integers(0, 10**6))
GROUPS = st.dictionaries(
    st.sampled_from([kind.name for kind in KINDS]),
    st.builds(lambda outcomes, left: Group(sum(outcomes.values()) + left, outcomes), OUTCOMES, st.integers(0, 10**6)),
)


def drawn(standing: Standing, width: int) -> list[str]:
    """What a terminal of some width shows."""
    shown = StringIO()
    Console(file=shown, width=width, force_terminal=True, no_color=True).print(board_of(standing))
    return Text.from_ansi(shown.getvalue()).plain.splitlines()


def test_the_board_has_a_bar_for_each_kind_and_the_last_errors() -> None:
    """What is in flight, what waits, how fast it goes and what has failed are on it."""
    said = "\n".join(drawn(standing_of(), 80))

    for kind, group in standing_of().status.groups.items():
        assert f"{group.settled} of {group.nodes}" in next(line for line in said.splitlines() if kind in line)
    for text in ("31/s", "8 in flight", "40 ready", "3 to be tried again", "3 failed", "! variable/region: 422"):
        assert text in said


@pytest.mark.parametrize("width", [80, 140])
@given(groups=GROUPS)
def test_a_board_fits_and_is_not_higher_than_a_terminal(width: int, groups: dict[str, Group]) -> None:
    """However many there are of each kind: it is drawn again in the same place."""
    lines = drawn(standing_of(groups, hindrances={"a": "x" * 200, "b": "y" * 200}), width)

    assert len(lines) <= 23
    assert max(map(len, lines)) <= width


def test_without_a_terminal_it_is_one_line() -> None:
    """For a log: how far, how fast, and who is at it."""
    assert line_of(standing_of()) == (
        "344 of 691, 31/s, 11 s left, 2 workers, 8 in flight, 40 ready, 296 waiting, 3 to be tried again, 3 failed"
    )
    assert "no estimate" in line_of(standing_of(rate=0.0))
