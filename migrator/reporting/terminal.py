"""Reports on a terminal: tables, and what to do next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from migrator.model.secrets_file import template
from migrator.reporting.model import Counters, RunForm, SideForm, VerifyForm
from migrator.reporting.next_steps import next_steps
from migrator.reporting.notes import Groups, Notes, Some, notes_on, some_of

_COLUMNS = ("created", "updated", "switched", "removed", "restored", "exists", "skipped", "failed", "pending")
_PLANNED = {"created": "create", "updated": "update", "exists": "keep", "skipped": "skip", "failed": "fail"}
#: What `exists` means where nothing is to be done because it has been done.
_DONE_ALREADY = {"cutover": "already", "cutover-back": "already", "rollback": "gone already"}


def show_plan(console: Console, form: RunForm) -> None:
    """What a run would do."""
    console.print(path_of(form))
    console.print(table_of(form, _PLANNED))
    notes = notes_on(form.resources)
    _show_failures(console, notes, "Would fail:")
    show_notes(console, form, notes)
    _show_left_behind(console, form)
    _show_secrets(console, notes.secrets)
    if form.held:
        console.print("Deployments arrive paused and automations disabled (--hold); --live keeps the source's state.")
    console.print(f"Plan {form.plan}", style="dim", highlight=False)


def show_run(console: Console, form: RunForm, *, whole: bool = False) -> None:
    """What a run did.

    Args:
        console: Where to show it.
        form: The run.
        whole: Also what its plan has said of the source.
    """
    console.print()
    console.print(path_of(form))
    columns = {column: column for column in _COLUMNS} | {"exists": _DONE_ALREADY.get(form.purpose, "exists")}
    console.print(table_of(form, columns))
    notes = notes_on(form.resources)
    _show_failures(console, notes, "Failed:")
    show_notes(console, form, notes)
    if whole:
        _show_left_behind(console, form)
    sent = f"{form.requests.source} requests to the source, {form.requests.destination} to the destination"
    console.print(f"Run {form.run} {form.state} after {form.seconds:.1f} s; {sent}.", highlight=False)
    for step in next_steps(form):
        console.print("\n  ".join(filter(None, step)), highlight=False)


def show_verification(console: Console, form: VerifyForm) -> None:
    """How two workspaces compare."""
    table = Table(box=None, pad_edge=False)
    table.add_column("kind")
    names = ("same", "missing", "different", "unverifiable", "extra")
    for name in names:
        table.add_column(name, justify="right")
    for kind, counts in form.kinds.items():
        table.add_row(kind, *(_number(getattr(counts, name)) for name in names))
    console.print(table)
    show_list(console, "Missing", form.missing)
    show_list(console, "Different", (f"{d.key}: {', '.join(d.fields)}" for d in form.different))
    show_list(console, "Cannot be compared", (f"{d.key}: {', '.join(d.fields)}" for d in form.unverifiable))
    left_out = (f"{d.key}: {', '.join(d.fields)}" for d in form.left_out)
    show_list(console, "Left out, as the destination's Prefect does not know it", left_out)
    wrong = len(form.missing) + len(form.different)
    verdict = (
        f"{form.same} alike, nothing missing, nothing different." if not wrong else f"{wrong} did not arrive intact."
    )
    console.print(verdict, style="red" if wrong else "green", highlight=False)


def path_of(form: RunForm) -> RenderableType:
    """From where to where, and what either side has not."""
    sides = (("from", form.source), ("to", form.destination))
    return Group(*(Text(line) for word, side in sides for line in _lines(word, side)))


def _lines(word: str, side: SideForm) -> Iterator[str]:
    yield f"{word:<5} {side.profile}  {side.url}  (Prefect {side.version})"
    if side.absent:
        yield f"      has no {', '.join(side.absent)}: unknown to its Prefect, or switched off there"


def table_of(form: RunForm, columns: dict[str, str]) -> Table:
    """The counters by kind, under the names that columns have."""
    always = {"created", "exists"} if form.purpose == "migrate" else set()
    shown = [name for name in columns if name in always or getattr(form.totals, name)]
    table = Table(box=None, pad_edge=False)
    table.add_column("kind")
    table.add_column("found", justify="right")
    for name in shown:
        table.add_column(columns[name], justify="right")
    for kind, counters in form.kinds.items():
        table.add_row(kind, str(counters.discovered), *_cells(counters, shown))
    table.add_section()
    table.add_row("all", str(form.totals.discovered), *_cells(form.totals, shown), style="bold")
    return table


def _cells(counters: Counters, names: Sequence[str]) -> list[str]:
    return [_number(getattr(counters, name)) for name in names]


def _number(number: int) -> str:
    return str(number) if number else "·"


def _show_failures(console: Console, notes: Notes, title: str) -> None:
    """Failures by their cause, and under each what was skipped because of it."""
    for message, failed in notes.failed.items():
        lines = [key + _because(notes.blocked[key]) for key in failed.first]
        _show_some(console, f"{title} {message} ({failed.found})", Some(lines, failed.found))


def _because(skipped: int) -> str:
    return f"  ({skipped} skipped because of it)" if skipped else ""


def show_notes(console: Console, form: RunForm, notes: Notes) -> None:
    """What was skipped, warned about, kept and changed."""
    _show_groups(console, "Skipped", notes.skipped)
    _show_groups(console, "Warning", notes.warned)
    _show_groups(console, "Kept, though different at", notes.kept)
    if notes.acting:
        console.print(
            f"{notes.acting} more differ only in whether they act, which is for the cutover.", highlight=False
        )
    _show_groups(console, "Changed" if form.run else "To be changed:", notes.changed)


def _show_left_behind(console: Console, form: RunForm) -> None:
    """What is there to be left, or cannot be counted; a line each."""
    stays = [one for one in form.left_behind if one.found != 0]
    if stays:
        console.print(f"[bold]Not migrated, stays at {escape(form.source.profile)}[/bold]", highlight=False)
    for one in stays:
        number = "" if one.found is None else f"{one.found} "
        console.print(Text(f"  {number}{one.what}: {one.advice}"))


def _show_secrets(console: Console, missing: Mapping[str, Sequence[str]]) -> None:
    """All that is missing at once, ready to be pasted."""
    if missing:
        console.print("[bold]Secrets that the source masks. Write their values into a file, for --secrets FILE:[/bold]")
        console.print(Text(template(missing)), soft_wrap=True)


def _show_groups(console: Console, title: str, groups: Groups) -> None:
    """Keys under what they have in common."""
    for common, keys in groups.items():
        _show_some(console, f"{title} {common} ({keys.found})", keys)


def show_list(console: Console, title: str, items: Iterable[str]) -> None:
    """Some lines under a title, and how many more there are; nothing if there are none."""
    some = some_of(items)
    if some.found:
        _show_some(console, title, some)


def _show_some(console: Console, title: str, some: Some) -> None:
    console.print(f"[bold]{escape(title)}[/bold]")
    for line in some.first:
        console.print(Text(f"  {line}"))
    if more := some.found - len(some.first):
        console.print(f"  and {more} more; --json names them all", style="dim", highlight=False)
