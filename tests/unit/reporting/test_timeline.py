"""The timeline: every node that settled is in it once, in the column of its time."""

from hypothesis import given
from hypothesis import strategies as st

from migrator.engine.pace import STEP, Pace
from migrator.reporting.drawing.timeline import COLUMNS, timeline_of

SECONDS = st.integers(0, 9000).map(lambda number: number * STEP)
OUTCOMES = st.sampled_from(["created", "failed"])
PACES = st.lists(st.builds(Pace, SECONDS, OUTCOMES, st.integers(1, 99)), max_size=30).map(sorted)


@given(pace=PACES)
def test_no_node_is_lost(pace: list[Pace]) -> None:
    """Over all columns there are as many as settled; and there are never too many columns to be seen."""
    timeline = timeline_of(pace)

    assert sum(map(sum, timeline.nodes.values())) == sum(one.nodes for one in pace)
    assert all(len(columns) <= COLUMNS for columns in timeline.nodes.values())
    assert timeline.step % STEP == 0


def test_a_pause_is_seen() -> None:
    """Where nothing settled, nothing is."""
    timeline = timeline_of([Pace(100, "created", 20), Pace(130, "created", 10), Pace(130, "failed", 1)])

    assert [(one.name, [*one.values]) for one in timeline.throughput] == [
        ("created", [2, 0, 0, 1]),
        ("failed", [0, 0, 0, 0.1]),
    ]
    assert [(one.name, [*one.values]) for one in timeline.losses] == [("failed", [0, 0, 0, 1])]
