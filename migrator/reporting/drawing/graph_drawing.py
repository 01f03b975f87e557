"""The graph of kinds with their states, drawn as SVG inside a page: what is needed stands above what needs it. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from migrator.model.outcome import Outcome
from migrator.reporting.counted import Counted
from migrator.reporting.drawing.arrows import arrows
from migrator.reporting.drawing.layers import Layers, Stop, layers_of
from migrator.reporting.drawing.places import Place, places_of
from migrator.reporting.drawing.shares import shares
from migrator.reporting.drawing.svg import element, picture, text, tone

#: Heights of the upper part of a box, and of a line of it.
_HEAD, _LINE = 46, 17
#: Boxes in a row of those that nothing leads to or from.
_ABREAST = 4


def drawing_of(groups: Mapping[str, Counted], edges: Sequence[tuple[str, str, int]]) -> str:
    """The graph of kinds.

    Args:
        groups: By kind, how far it is.
        edges: From which kind to which one that needs it, and how many references that are.
    """
    joined = {name for one, other, _ in edges for name in (one, other)}
    layers = layers_of([name for name in groups if name in joined], [(one, other) for one, other, _ in edges])
    rows = [*layers.rows, *_rows_of_the_rest([name for name in groups if name not in joined], layers)]
    places = places_of(rows, {name: _height(group) for name, group in groups.items()})
    numbers = {(one, other): number for one, other, number in edges}
    return picture(
        *arrows(layers, places.of, numbers),
        *(_box(stop.name, groups[stop.name], place) for stop, place in places.of.items() if not stop.end),
        width=places.width,
        height=places.height,
        class_="drawing",
        title="The kinds of resources, and what needs what",
        description=_description(groups, edges),
    )


def _rows_of_the_rest(names: Sequence[str], layers: Layers) -> Iterator[list[Stop]]:
    """Those that are joined to nothing, in rows as wide as the others."""
    abreast = max([_ABREAST, *(sum(not stop.end for stop in row) for row in layers.rows)])
    for begin in range(0, len(names), abreast):
        yield [Stop(name) for name in names[begin : begin + abreast]]


def _height(group: Counted) -> float:
    return _HEAD + _LINE * len(_states(group))


def _states(group: Counted) -> dict[str, int]:
    """How many are in each state, in the order of outcomes; what has none is pending."""
    pending = group.nodes - sum(number for name, number in group.outcomes.items() if name != Outcome.PENDING)
    counted = {**group.outcomes, Outcome.PENDING.value: pending}
    return {outcome.value: counted[outcome] for outcome in Outcome if counted.get(outcome, 0) > 0}


def _box(name: str, group: Counted, place: Place) -> str:
    failed = " drawing-failed" if group.outcomes.get(Outcome.FAILED) else ""
    return element(
        "g",
        element(
            "rect",
            x=place.x,
            y=place.y,
            width=place.width,
            height=place.height,
            rx=6,
            class_=f"drawing-box{failed}",
        ),
        text(name, place.x + 10, place.y + 19, class_="drawing-name"),
        text(f"{group.nodes:,}", place.x + place.width - 10, place.y + 19, class_="drawing-number", text_anchor="end"),
        *shares(_states(group), group.nodes, x=place.x + 10, y=place.y + 28, width=place.width - 20, height=6),
        *_lines(group, place),
    )


def _lines(group: Counted, place: Place) -> Iterator[str]:
    """The states in words."""
    for line, (state, number) in enumerate(_states(group).items()):
        y = place.y + _HEAD + 8 + _LINE * line
        yield element("circle", cx=place.x + 14, cy=y - 4, r=4, class_=f"share {tone(state)}")
        yield text(f"{number:,} {state}", place.x + 24, y, class_="drawing-state")


def _description(groups: Mapping[str, Counted], edges: Sequence[tuple[str, str, int]]) -> str:
    kinds = "; ".join(
        f"{name}: {', '.join(f'{number} {state}' for state, number in _states(group).items())}"
        for name, group in groups.items()
    )
    needs = "; ".join(f"{other} needs {one}" for one, other, _ in edges)
    return f"{kinds}. {needs}."
