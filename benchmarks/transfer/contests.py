"""What is measured of the transfer on one kind of database."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from benchmarks.form import ContestForm, RivalForm, SeriesForm
from benchmarks.options import Options
from benchmarks.rivals import Measure, contest
from benchmarks.transfer.floor import Floor
from benchmarks.transfer.measuring import CPU, DELIVERED, carried, discovered, idle, survey
from benchmarks.transfer.movers import BareCreates, Mover, migrator, prefect_transfer
from benchmarks.transfer.sources import filled_by, grown_source_of, make_grown_source, make_source, source_of
from benchmarks.transfer.stage import EMPTY, Databases, make_empty

#: Deployments from which on each rival is measured once.
ONCE_FROM = 1000

#: How rivals are called, by how one chooses them.
RIVALS = {"migrator": "migrator run", "prefect": "prefect transfer", "floor": "the bare creates"}
_COMMANDS: Mapping[str, Mover] = {"migrator": migrator, "prefect": prefect_transfer}


def contests(databases: Databases, options: Options) -> Iterator[ContestForm]:
    """All contests, or those for an empty workspace."""
    make_empty(databases)
    sizes = [_Size(databases, deployments, options) for deployments in sorted(options.deployments)]
    for size in sizes:
        make_source(databases, size.deployments)
    floors = [survey(databases, source_of(size.deployments), EMPTY) for size in sizes]
    in_flight = yield from _best(sizes[0], floors[0])
    first: list[ContestForm] = []
    for size, floor in zip(sizes, floors, strict=True):
        first.append(_first(size, floor, in_flight))
        yield first[-1]
    if len(sizes) > 1:
        yield _cpu(databases, first[0], first[-1])
    if not options.first_only:
        for size, floor in zip(sizes, floors, strict=True):
            yield from _again(size, floor)
        yield _discovery(sizes, floors)


class _Size(NamedTuple):
    databases: Databases
    deployments: int
    options: Options

    @property
    def name(self) -> str:
        return f"{self.deployments:,} deployments, {self.databases.name}"

    @property
    def rounds(self) -> int:
        return 1 if self.deployments >= ONCE_FROM else self.options.rounds

    @property
    def source(self) -> str:
        return source_of(self.deployments)

    def commands(self) -> dict[str, Mover]:
        """Those of the rivals that are commands, by what they are called."""
        return {RIVALS[rival]: mover for rival, mover in _COMMANDS.items() if rival in self.options.rivals}


def _best(size: _Size, floor: Floor) -> Generator[ContestForm, None, int]:
    """How many requests in flight serve the bare creates best; where there is a choice, by a contest."""
    choices = size.options.in_flight
    if len(choices) == 1:
        return choices[0]
    to_empty = partial(carried, size.databases, size.source, EMPTY, wanted=floor.keys)
    rivals: dict[str, Measure] = {f"{n} in flight": partial(to_empty, mover=BareCreates(floor, n)) for n in choices}
    sweep = contest(f"{size.name}: {RIVALS['floor']}", rivals, 1)
    yield sweep
    return min(zip(sweep.rivals, choices, strict=True), key=lambda tried: tried[0].series[0].median)[1]


def _first(size: _Size, floor: Floor, in_flight: int) -> ContestForm:
    movers = size.commands()
    if "floor" in size.options.rivals:
        movers[f"{RIVALS['floor']}, {in_flight} in flight"] = BareCreates(floor, in_flight)
    to_empty = partial(carried, size.databases, size.source, EMPTY, wanted=floor.keys)
    rivals: dict[str, Measure] = {
        name: partial(to_empty, mover=mover, kept_as=filled_by(name, size.deployments))
        for name, mover in movers.items()
    }
    return contest(f"{size.name}: into an empty workspace", rivals, size.rounds)


def _again(size: _Size, floor: Floor) -> Iterator[ContestForm]:
    """Each to where it was before: nothing has changed; one percent was added."""
    databases, grown = size.databases, grown_source_of(size.deployments)
    make_grown_source(databases, size.deployments)
    added = survey(databases, grown, EMPTY).keys - floor.keys
    unchanged: dict[str, Measure] = {}
    more: dict[str, Measure] = {}
    for name, mover in size.commands().items():
        filled = filled_by(name, size.deployments)
        unchanged[name] = partial(idle, databases, size.source, filled, mover=mover)
        more[name] = partial(carried, databases, grown, filled, wanted=added, mover=mover)
    yield contest(f"{size.name}: once more, unchanged", unchanged, size.rounds)
    yield contest(f"{size.name}: after 1 % was added", more, size.rounds)


def _discovery(sizes: Sequence[_Size], floors: Sequence[Floor]) -> ContestForm:
    """How listing grows with what there is."""
    databases, _, options = sizes[0]
    rivals: dict[str, Measure] = {}
    for size, floor in zip(sizes, floors, strict=True):
        filled = filled_by(next(iter(size.commands())), size.deployments)
        listed = partial(discovered, databases, size.source, filled, resources=len(floor.keys))
        rivals[f"{size.deployments:,} deployments"] = listed
    return contest(f"discovery of both sides, {databases.name}", rivals, options.rounds)


def _cpu(databases: Databases, small: ContestForm, large: ContestForm) -> ContestForm:
    """What CPU each rival needs whatever the size, and what for each resource more: the line through both sizes."""
    rivals = [_line(*both) for both in zip(small.rivals, large.rivals, strict=True)]
    return ContestForm(title=f"client CPU by size, {databases.name}", rivals=rivals)


def _line(small: RivalForm, large: RivalForm) -> RivalForm:
    (x1, y1), (x2, y2) = (_point(rival) for rival in (small, large))
    each = (y2 - y1) / (x2 - x1)
    figures = {"ms for each resource more": each * 1000, "s for none": y1 - each * x1}
    return RivalForm(name=small.name, series=[SeriesForm(name=name, values=[value]) for name, value in figures.items()])


def _point(rival: RivalForm) -> tuple[float, float]:
    found = (rival.named(name) for name in (DELIVERED, CPU))
    delivered, cpu = (series.median for series in found if series is not None)
    return delivered, cpu
