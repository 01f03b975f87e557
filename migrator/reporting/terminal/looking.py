"""Runs, one run, one resource of it: where they stand, on a terminal."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from migrator.reporting.advice import advice_on
from migrator.reporting.model import InspectForm, NodeForm, RunLineForm, RunsForm, StatusForm
from migrator.reporting.moments import estimate
from migrator.reporting.next_steps import Step
from migrator.reporting.terminal.board import bars_of
from migrator.reporting.terminal.lines import Page, show_steps


def show_runs(console: Console, form: RunsForm) -> None:
    """The runs that there are."""
    if not form.runs:
        console.print("There is no run. Start one:\n  migrator run --from PROFILE --to PROFILE", highlight=False)
        return
    table = Table(box=None, pad_edge=False)
    for column in ("run", "state", "settled", "failed", "kept until"):
        table.add_column(column, justify="right" if column in {"settled", "failed"} else "left", no_wrap=True)
    table.add_column("what", overflow="fold")
    for run in form.runs:
        table.add_row(*_cells(run))
    console.print(table)


def _cells(run: RunLineForm) -> Iterator[str]:
    settled = f"{100 * run.settled // max(1, run.nodes)} %"
    kept = (run.expires or "").partition("T")[0] or ("cutover" if run.needed else "its end")
    what = escape(f"{run.purpose} {run.source} → {run.destination}")
    yield from (run.run, run.state, settled, str(run.failed or "·"), kept, what)


def show_status(console: Console, form: StatusForm, steps: Iterable[Step]) -> None:
    """Where a run stands, and what to type next."""
    page = Page(console)
    why = f": {form.reason}" if form.reason else ""
    page.sentence(f"Run {form.run}, {form.purpose} from {form.source} to {form.destination}, is {form.state}{why}.")
    ended = ", ".join(f"{nodes} {outcome}" for outcome, nodes in form.outcomes.items())
    page.sentence(f"{form.settled} of {form.nodes} settled{': ' if ended else ''}{ended}", indent=2)
    for line in _activity(form):
        page.sentence(line, indent=2)
    console.print(Padding.indent(bars_of(form.kinds), 2))
    page.list("Failed last", (f"{one.key}: {one.error.message}" for one in form.failures), "bold red")
    show_steps(page, steps)


def _activity(form: StatusForm) -> Iterator[str]:
    """What is under way, how fast it goes, and what it waits for."""
    waiting = f"{form.waiting} wait for others, {form.ready} for a worker, {form.delayed} for their next attempt"
    if form.settled < form.nodes:
        yield f"{form.in_flight} in flight, {waiting}"
    if form.state == "running":
        left = "" if form.seconds_left is None else f", some {estimate(form.seconds_left)} left"
        yield f"{form.workers} workers, {form.rate}/s{left}"
        yield from (f"waits for {one}" for one in form.waits_for)


def show_story(console: Console, form: InspectForm) -> None:
    """The story of one resource."""
    page, resource = Page(console, "--json has all"), form.resource
    page.line(f"{resource.key}: {resource.action}, {resource.outcome}", indent=0, style="bold")
    page.line(f"id {resource.source_id} at the source, {resource.destination_id or 'none'} at the destination")
    if resource.error:
        page.sentence(f"{resource.error.type}: {resource.error.message}", indent=2)
        page.sentence(f"→ {advice_on(resource.error)}", indent=2, hang=2)
    page.list("Refers to", form.refers_to)
    for node in form.nodes:
        page.list(f"Node {node.node}, {node.step}: {node.outcome or node.whereabouts}", _lines(node))
    writes = (f"{write.at} {write.side} {write.method} {write.path} {write.answer}" for write in form.writes)
    page.list("Written", writes)


def _lines(node: NodeForm) -> Iterator[str]:
    if node.error:
        yield f"{node.error.type}: {node.error.message}"
    if node.blocked_by:
        yield f"skipped because of {node.blocked_by}"
    if node.waits_for:
        yield f"waits for {', '.join(node.waits_for)}"
    if node.holder:
        yield f"held by {node.holder}, for {node.seconds:.0f} s more unless it is renewed"
    elif node.seconds:
        yield f"tried again in {node.seconds:.0f} s"
    if node.tries:
        yield f"{node.tries} attempts before were to be repeated"
    if node.crashes:
        yield f"{node.crashes} workers died holding it"
