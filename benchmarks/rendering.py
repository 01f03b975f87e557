"""What was measured, to be read: a section a part, a table a contest, and the page of all of them."""

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from benchmarks.form import ContestForm, MachineForm, PartForm, RivalForm

HEAD = """# Benchmarks

<!-- Written by `make bench`, from benchmarks/results/. -->

What the program itself costs, measured in turn with what else would do the same. What counts is how rivals compare:
each ratio is taken within a round, in which all had the same machine. A figure is the median of the rounds, with the
lowest and the highest behind it.
"""


def page_of(parts: Sequence[PartForm]) -> str:
    """The page of all parts."""
    return "\n".join([HEAD, *(section_of(part) for part in parts)])


def section_of(part: PartForm) -> str:
    """The section of a part."""
    tables = "\n".join(_contest(contest) for contest in part.contests)
    where = f"`{part.command}`, {part.date}, {_machine(part.machine)}"
    return f"## {part.part}\n\n{part.about}\n\n{where}\n\n{tables}"


def _machine(machine: MachineForm) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    size = f"{machine.processors} processors ({machine.processor}), {machine.memory_gib:g} GiB"
    return f"{machine.system}, {size}, load {machine.load:g} at the start. {versions}."


def _contest(contest: ContestForm) -> str:
    rounds = len(contest.rivals[0].series[0].values)
    names = list(dict.fromkeys(series.name for rival in contest.rivals for series in rival.series))
    head = ["", names[0], "ratio to the first", *names[1:]]
    rows = [_cells(contest, rival, names) for rival in contest.rivals]
    return f"### {contest.title}\n\n{''.join(_lines(head, rows))}\nRounds: {rounds}.\n"


def _cells(contest: ContestForm, rival: RivalForm, names: Sequence[str]) -> list[str]:
    figures = [_figure(series.values) if (series := rival.named(name)) else "" for name in names]
    return [rival.name, figures[0], _figure(contest.ratios(rival)), *figures[1:]]


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cells)} |\n"


def _figure(values: Sequence[float]) -> str:
    """The median, and how far the rounds lie apart."""
    if min(values) == max(values):
        return _number(values[0])
    return f"{_number(median(values))} ({_number(min(values))} to {_number(max(values))})"


def _number(value: float) -> str:
    """Three figures that matter."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three figures
