"""How often a command looks at its run."""

import pytest

from migrator.coordinator.supervision import LONG_LOOK, LOOK, until_next_look
from tests.unit.reporting.standings import standing_of

#: Nodes that are left in the standing that is shown everywhere.
LEFT = standing_of().status.nodes - standing_of().status.settled


@pytest.mark.parametrize(
    ("seconds_left", "look"), [(3600.0, LONG_LOOK), (5.0, 0.5), (1.0, LOOK), (0.0, LOOK), (None, LOOK)]
)
def test_it_looks_less_often_while_long_is_to_go(seconds_left: float | None, look: float) -> None:
    """The end is seen at once all the same, and so is one that nobody can foresee."""
    rate = 0.0 if seconds_left is None else LEFT / max(seconds_left, 1e-9)
    assert until_next_look(standing_of(rate=rate)) == pytest.approx(look)
