"""Reports on a terminal: tables, and what to do next."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from migrator.reporting.model import Counters, ResourceForm, RunForm, SideForm, VerifyForm

#: Resources of one sort that are printed by name; the machine form has them all.
SHOWN = 10
_COLUMNS = ("created", "updated", "exists", "skipped", "failed", "pending")
_PLANNED = {"created": "create", "updated": "update", "exists": "keep", "skipped": "skip"}


def show_plan(console: Console, form: RunForm) -> None:
    """What a run would do."""
    console.print(_path(form))
    console.print(_table(form, _PLANNED))
    _show_notes(console, form.resources)
    if form.held:
        console.print("Deployments arrive paused and automations disabled (--hold); --live keeps the source's state.")
    console.print(f"Plan {form.plan}", style="dim", highlight=False)


def show_run(console: Console, form: RunForm) -> None:
    """What a run did."""
    console.print()
    console.print(_path(form))
    console.print(_table(form, {column: column for column in _COLUMNS}))
    _show_failures(console, form.resources)
    _show_notes(console, form.resources)
    sent = f"{form.requests.source} requests to the source, {form.requests.destination} to the destination"
    console.print(f"Run {form.run} {form.state} after {form.seconds:.1f} s; {sent}.", highlight=False)
    console.print(_next_step(form), highlight=False)


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
    _show_list(console, "Missing", form.missing)
    _show_list(console, "Different", (f"{d.key}: {', '.join(d.fields)}" for d in form.different))
    _show_list(console, "Cannot be compared", (f"{d.key}: {', '.join(d.fields)}" for d in form.unverifiable))
    left_out = (f"{d.key}: {', '.join(d.fields)}" for d in form.left_out)
    _show_list(console, "Left out, as the destination's Prefect does not know it", left_out)
    wrong = len(form.missing) + len(form.different)
    verdict = (
        f"{form.same} alike, nothing missing, nothing different." if not wrong else f"{wrong} did not arrive intact."
    )
    console.print(verdict, style="red" if wrong else "green", highlight=False)


def _path(form: RunForm) -> RenderableType:
    sides = (("from", form.source), ("to", form.destination))
    return Group(*(Text(line) for word, side in sides for line in _lines(word, side)))


def _lines(word: str, side: SideForm) -> Iterator[str]:
    yield f"{word:<5} {side.profile}  {side.url}  (Prefect {side.version})"
    if side.absent:
        yield f"      has no {', '.join(side.absent)}: unknown to its Prefect, or switched off there"


def _table(form: RunForm, columns: dict[str, str]) -> Table:
    shown = [name for name in columns if name in {"created", "exists"} or getattr(form.totals, name)]
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


def _show_failures(console: Console, resources: Sequence[ResourceForm]) -> None:
    """Failures by their cause, and under each what was skipped because of it."""
    waiting: dict[str, list[str]] = {}
    for resource in resources:
        for blocker in resource.blocked_by:
            waiting.setdefault(blocker, []).append(resource.key)
    failed = (resource for resource in resources if resource.outcome == "failed" and resource.error)
    _show_groups(
        console, "Failed:", ((r.error.message, r.key + _because(waiting.get(r.key))) for r in failed if r.error)
    )


def _because(skipped: list[str] | None) -> str:
    return f"  ({len(skipped)} skipped because of it)" if skipped else ""


def _show_notes(console: Console, resources: Sequence[ResourceForm]) -> None:
    skipped = ((r.error.message, r.key) for r in resources if r.error and r.error.type == "Skipped")
    _show_groups(console, "Skipped", skipped)
    _show_groups(console, "Warning", ((warning, r.key) for r in resources for warning in r.warnings))
    different = ((", ".join(r.differences), r.key) for r in resources if r.differences)
    _show_groups(console, "Kept, though different at", different)


def _show_groups(console: Console, title: str, items: Iterable[tuple[str, str]]) -> None:
    """Keys under what they have in common."""
    groups: dict[str, list[str]] = {}
    for common, key in items:
        groups.setdefault(common, []).append(key)
    for common, keys in groups.items():
        _show_list(console, f"{title} {common} ({len(keys)})", keys)


def _show_list(console: Console, title: str, items: Iterable[str]) -> None:
    lines = list(items)
    if not lines:
        return
    console.print(f"[bold]{escape(title)}[/bold]")
    for line in lines[:SHOWN]:
        console.print(Text(f"  {line}"))
    if len(lines) > SHOWN:
        console.print(f"  and {len(lines) - SHOWN} more; --json names them all", style="dim", highlight=False)


def _next_step(form: RunForm) -> str:
    if form.state == "running":
        return f"It has not ended. Look again:\n  migrator report {form.run}"
    if form.totals.failed or form.totals.skipped or form.totals.pending:
        again = f"migrator run --from {form.source.profile} --to {form.destination.profile}"
        return (
            f"Mend what failed and run it again, with the same options; what has arrived stays as it is:\n  {again} …"
        )
    return f"Prove it:\n  migrator verify --run {form.run}"
