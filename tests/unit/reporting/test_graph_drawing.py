"""The drawing of kinds: each has its box with its states, and an arrow ends at the box that it points to."""

import re
from itertools import combinations
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from migrator.engine.groups import Group
from migrator.reporting.drawing.graph_drawing import drawing_of
from tests.unit.reporting.markup import HOSTILE, Markup, attributes

OUTCOMES = st.dictionaries(st.sampled_from(["created", "exists", "skipped", "failed"]), st.integers(1, 9))
GROUPS = st.fixed_dictionaries({name: OUTCOMES.map(lambda outcomes: Group(40, outcomes)) for name in "abcdef"})
EDGES = st.sets(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.just(3)), max_size=9)


@given(name=st.text() | st.sampled_from(HOSTILE))
def test_what_is_said_is_never_markup(name: str) -> None:
    """Not the name of a kind, wherever it stands."""
    tame = drawing_of({"a": Group(1), "b": Group(1)}, [("a", "b", 1)])
    hostile = drawing_of({f"{name}1": Group(1), f"{name}2": Group(1)}, [(f"{name}1", f"{name}2", 1)])

    assert Markup(hostile).tags == Markup(tame).tags


class Box(NamedTuple):
    """Where a kind is drawn."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, x: float, y: float) -> bool:
        """Whether a place is at its upper or lower edge."""
        return self.x < x < self.x + self.width and y in (self.y, round(self.y + self.height, 1))

    def is_apart_from(self, other: "Box") -> bool:
        """Whether they do not lie on each other."""
        aside = other.x >= self.x + self.width or self.x >= other.x + other.width
        return aside or other.y >= self.y + self.height or self.y >= other.y + other.height


def boxes_of(drawing: str) -> list[Box]:
    """The boxes of all kinds."""
    drawn = attributes(drawing, "rect", "drawing-box")
    return [Box(*(float(box[name]) for name in Box._fields)) for box in drawn]


@given(groups=GROUPS, edges=EDGES)
def test_an_arrow_ends_at_the_edge_of_a_box(groups: dict[str, Group], edges: set[tuple[str, str, int]]) -> None:
    """Also where the boxes of one row are of different heights."""
    drawing = drawing_of(groups, sorted(edges))
    heads = [re.findall(r"[\d.]+", head["d"]) for head in attributes(drawing, "path", "drawing-head")]

    assert len(heads) == sum(one != other for one, other, _ in edges)
    assert all(any(box.meets(float(x), float(y)) for box in boxes_of(drawing)) for x, y, *_ in heads)


@given(groups=GROUPS, edges=EDGES)
def test_boxes_do_not_lie_on_each_other(groups: dict[str, Group], edges: set[tuple[str, str, int]]) -> None:
    """Nor outside of the picture."""
    drawing = drawing_of(groups, sorted(edges))
    boxes = boxes_of(drawing)
    width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing)[0])

    assert len(boxes) == len(groups)
    assert all(min(box) >= 0 and box.x + box.width <= width and box.y + box.height <= height for box in boxes)
    assert all(one.is_apart_from(other) for one, other in combinations(boxes, 2))


def test_a_kind_is_told_with_its_states() -> None:
    """What has no outcome is pending; a kind in which something failed stands out."""
    drawing = drawing_of({"flow": Group(1000, {"created": 990, "failed": 2})}, [])
    said = Markup(drawing).words

    assert "flow: 990 created, 8 pending, 2 failed" in said
    assert attributes(drawing, "rect", "drawing-failed")


def test_both_ways_are_shown() -> None:
    """Two kinds that need each other have one line with a head at each end."""
    drawing = drawing_of({"a": Group(1), "b": Group(1)}, [("a", "b", 5), ("b", "a", 1)])

    assert len(attributes(drawing, "path", "drawing-edge")) == 1
    assert len(attributes(drawing, "path", "drawing-head")) == 2
    assert "b needs a: 5 references; a needs b: 1 references" in Markup(drawing).words


def test_there_may_be_nothing_to_draw() -> None:
    """A run of nothing has a drawing, too."""
    assert Markup(drawing_of({}, [])).tags[0] == ("svg", ("viewbox", "width", "height", "class", "role"))
