"""What was measured, to be read: the page of all parts, a section a part, a table and a picture a contest."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from benchmarks.flames import flame_graph
from benchmarks.form import ContestForm, MachineForm, MeasurementForm, PartForm, RivalForm
from benchmarks.numbers import figure
from benchmarks.plotting import bars, lines

HEAD = """# Benchmarks

<!-- Written by `make bench`, from benchmarks/results/. -->

What the program itself costs, measured in turn with what else would do the same. What counts is how rivals compare:
each ratio is taken within a round, in which all had the same machine. A figure is the median of the rounds, with the
lowest and the highest behind it; so are bars and lines in pictures, and the thin line across each.
"""
#: Where the page's pictures are, as it names them.
PICTURES = "pictures/benchmarks"


def page_of(parts: Sequence[PartForm]) -> str:
    """The page of all parts."""
    return "\n".join([HEAD, *(section_of(part) for part in parts)])


def pictures_of(parts: Sequence[PartForm]) -> Mapping[str, str]:
    """The pictures of the page, by the names of their files."""
    return {
        name: drawn
        for part in parts
        for measurement in part.measurements
        for stretch in _stretches(measurement.contests)
        for name, drawn in [(_file(part, stretch), _drawn(stretch)), *_flames(part, stretch)]
    }


def _flames(part: PartForm, stretch: Sequence[ContestForm]) -> Iterator[tuple[str, str]]:
    for held in stretch:
        for rival in held.rivals:
            if rival.flame:
                yield _file_of(part, held, rival), flame_graph(rival.flame)


def section_of(part: PartForm) -> str:
    """The section of a part."""
    measured = "\n".join(_measured(part, measurement) for measurement in part.measurements)
    return f"## {part.part}\n\n{part.about}\n\n{measured}"


def _measured(part: PartForm, by: MeasurementForm) -> str:
    where = f"`{by.command}`, {by.date}, {_machine(by.machine)}"
    return "\n".join([f"{where}\n", *(_stretch(part, stretch) for stretch in _stretches(by.contests))])


def _machine(machine: MachineForm) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    size = f"{machine.processors} processors ({machine.processor}), {machine.memory_gib:g} GiB"
    return f"{machine.system}, {size}, load {machine.load:g} at the start. {versions}."


def _stretches(contests: Sequence[ContestForm]) -> list[list[ContestForm]]:
    """Contests that differ in one quantity are drawn together, each other one alone."""
    stretches: list[list[ContestForm]] = []
    for contest in contests:
        before = stretches[-1][-1].point if stretches else None
        if contest.point and before and contest.point.of == before.of:
            stretches[-1].append(contest)
        else:
            stretches.append([contest])
    return stretches


def _drawn(stretch: Sequence[ContestForm]) -> str:
    return lines(stretch) if len(stretch) > 1 else bars(stretch[0])


def _file(part: PartForm, stretch: Sequence[ContestForm]) -> str:
    return _spelled(part.part, stretch[0].title)


def _file_of(part: PartForm, held: ContestForm, rival: RivalForm) -> str:
    return _spelled(part.part, held.title, rival.name)


def _spelled(*names: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", " ".join(names).lower()).strip("-") + ".svg"


def _stretch(part: PartForm, stretch: Sequence[ContestForm]) -> str:
    shown = f"![{stretch[0].title}: {stretch[0].rivals[0].series[0].name} of each]({PICTURES}/{_file(part, stretch)})"
    first, *rest = (_contest(part, contest) for contest in stretch)
    heading, _, table = first.partition("\n\n")
    return "\n".join([f"{heading}\n\n{shown}\n\n{table}", *rest])


def _contest(part: PartForm, contest: ContestForm) -> str:
    rounds = len(contest.rivals[0].series[0].values)
    names = list(dict.fromkeys(series.name for rival in contest.rivals for series in rival.series))
    head = ["", names[0], "ratio to the first", *names[1:]]
    rows = [_cells(contest, rival, names) for rival in contest.rivals]
    flames = "".join(
        f"\n![Flame graph: {rival.name}]({PICTURES}/{_file_of(part, contest, rival)})\n"
        for rival in contest.rivals
        if rival.flame
    )
    return f"### {contest.title}\n\n{table(head, rows)}\nRounds: {rounds}.\n{flames}"


def _cells(contest: ContestForm, rival: RivalForm, names: Sequence[str]) -> list[str]:
    figures = [figure(series.values) if (series := rival.named(name)) else "" for name in names]
    ratio = figure(contest.ratios(rival)) if rival.series[0].name == names[0] else ""
    return [rival.name, figures[0], ratio, *figures[1:]]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of a page."""
    return "".join(_lines(head, rows))


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cells)} |\n"
