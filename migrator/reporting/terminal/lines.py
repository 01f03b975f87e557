"""Lines of a report on a terminal. Sentences are wrapped between words; keys and commands are never broken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from textwrap import wrap
from typing import TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from migrator.reporting.model import Counters, RunForm, SideForm
from migrator.reporting.next_steps import Step
from migrator.reporting.notes import Groups, Notes, Some, some_of

K = TypeVar("K")
V = TypeVar("V")

#: Groups of one sort that are shown; the machine form has them all.
GROUPS = 10


@dataclass(frozen=True)
class Page:
    """Where a report is shown.

    Attributes:
        console: The terminal, or what stands for one.
        all_of: What names all where only some are named; empty where nothing does.
    """

    console: Console
    all_of: str = ""

    def sentence(self, text: str, *, indent: int = 0, hang: int = 0, style: str = "") -> None:
        """Something for people, broken between words where the terminal is narrow; its further lines hang."""
        width, hanging = max(1, self.console.width - indent), " " * hang
        for line in wrap(text, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False):
            self.line(line, indent=indent, style=style)

    def gap(self) -> None:
        """Room between two parts."""
        self.console.print()

    def line(self, text: str, *, indent: int = 2, style: str = "") -> None:
        """Something to be copied, in one piece however narrow the terminal is."""
        self.console.print(Text(" " * indent + text, style), soft_wrap=True)

    def title(self, text: str, style: str = "bold") -> None:
        """What the next lines are about."""
        self.sentence(text, hang=2, style=style)

    def some(self, title: str, some: Some, style: str = "bold") -> None:
        """Some lines under a title, and how many more there are."""
        self.title(title, style)
        for line in some.first:
            self.line(line)
        self.more(some.found - len(some.first))

    def list(self, title: str, items: Iterable[str], style: str = "bold") -> None:
        """Lines under a title; nothing if there are none."""
        some = some_of(items)
        if some.found:
            self.some(title, some, style)

    def groups(self, title: str, groups: Groups, style: str = "bold") -> None:
        """Keys under what they have in common."""
        for common, keys in self.first(groups):
            self.some(f"{title} {common} ({keys.found})", keys, style)
        self.more(len(groups) - GROUPS, indent=0)

    def first(self, groups: Mapping[K, V]) -> Sequence[tuple[K, V]]:
        """The groups that are shown."""
        return list(islice(groups.items(), GROUPS))

    def more(self, number: int, *, indent: int = 2) -> None:
        """How many more there are, and where."""
        if number > 0:
            self.line(f"and {number} more{self.all_of and f'; {self.all_of}'}", indent=indent, style="dim")


def show_path(page: Page, form: RunForm) -> None:
    """From where to where, and what either side has not."""
    width = max(len(form.source.profile), len(form.destination.profile))
    for word, side in (("from", form.source), ("to", form.destination)):
        _show_side(page, word, side, width)


def _show_side(page: Page, word: str, side: SideForm, width: int) -> None:
    page.line(f"{word:<5} {side.profile:<{width}}  {side.url}  (Prefect {side.version})", indent=0)
    if side.absent:
        page.sentence(f"has no {', '.join(side.absent)}: unknown to its Prefect, or switched off there", indent=6)


def table_of(form: RunForm, columns: Mapping[str, str]) -> Table:
    """The counters by kind, under the names that columns have."""
    always = {"created", "exists"} if form.purpose == "migrate" else set()
    shown = [name for name in columns if name in always or getattr(form.totals, name)]
    table = bare_table("kind", "found", *(columns[name] for name in shown))
    for kind, counters in form.kinds.items():
        table.add_row(kind, str(counters.discovered), *_cells(counters, shown))
    table.add_section()
    table.add_row("all", str(form.totals.discovered), *_cells(form.totals, shown), style="bold")
    return table


def bare_table(name: str, *numbers: str) -> Table:
    """A table of numbers, without lines."""
    table = Table(box=None, pad_edge=False)
    table.add_column(name, no_wrap=True)
    for number in numbers:
        table.add_column(number, justify="right", no_wrap=True)
    return table


def _cells(counters: Counters, names: Sequence[str]) -> Sequence[str]:
    return [cell(getattr(counters, name)) for name in names]


def cell(number: int) -> str:
    """A number in a table; what is nothing does not catch the eye."""
    return str(number) if number else "·"


def show_notes(page: Page, notes: Notes) -> None:
    """What was warned about, and what was kept although it differs."""
    page.groups("Warning:", notes.warned, "bold yellow")
    page.groups("Kept, though different at", notes.kept)
    if notes.acting:
        page.sentence(f"{notes.acting} more differ only in whether they act, which is for the cutover.")


def show_left_behind(page: Page, form: RunForm) -> None:
    """What is there to be left, or cannot be counted; a line each."""
    stays = [one for one in form.left_behind if one.found != 0]
    if stays:
        page.title(f"Not migrated, stays at {form.source.profile}")
    for one in stays:
        number = "" if one.found is None else f"{one.found} "
        page.sentence(f"{number}{one.what}: {one.advice}", indent=2, hang=2)


def show_steps(page: Page, steps: Iterable[Step]) -> None:
    """What to type next."""
    for step in steps:
        page.sentence(step.what)
        if step.command:
            page.line(step.command)
