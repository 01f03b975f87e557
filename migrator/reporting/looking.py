"""Runs, one run, one resource of it: where they stand, on a terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from migrator.reporting.model import InspectForm, NodeForm, RunLineForm, RunsForm, StatusForm
from migrator.reporting.terminal import show_list


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


def show_status(console: Console, form: StatusForm) -> None:
    """Where a run stands."""
    why = f": {form.reason}" if form.reason else ""
    console.print(
        f"Run {form.run}, {form.purpose} from {form.source} to {form.destination}, is {form.state}{why}.",
        highlight=False,
    )
    ended = ", ".join(f"{nodes} {outcome}" for outcome, nodes in form.outcomes.items())
    console.print(f"  {form.settled} of {form.nodes} settled{': ' if ended else ''}{ended}", highlight=False)
    waiting = f"{form.waiting} wait for others, {form.ready} for a worker, {form.delayed} for their next attempt"
    if form.settled < form.nodes:
        console.print(f"  {form.in_flight} in flight, {waiting}", highlight=False)
    if form.state == "running":
        left = "" if form.seconds_left is None else f", some {form.seconds_left:.0f} s left"
        console.print(f"  {form.workers} workers, {form.rate}/s{left}", highlight=False)
    for waits_for in form.waits_for if form.state == "running" else ():
        console.print(Text(f"  waits for {waits_for}"))
    console.print(f"  {_next_step(form)}", highlight=False)


def _next_step(form: StatusForm) -> str:
    match form.state:
        case "running":
            return f"Follow it: migrator watch {form.run}"
        case "paused":
            return f"Let it go on: migrator resume {form.run}"
        case _ if form.state == "finished" and form.outcomes.get("failed"):
            return f"Try again what failed: migrator retry {form.run}"
        case _:
            return f"What became of it: migrator report {form.run}"


def show_story(console: Console, form: InspectForm) -> None:
    """The story of one resource."""
    resource = form.resource
    console.print(Text(f"{resource.key}: {resource.action}, {resource.outcome}"))
    console.print(f"  id {resource.source_id} at the source, {resource.destination_id or 'none'} at the destination")
    if resource.error:
        console.print(Text(f"  {resource.error.type}: {resource.error.message}"))
    show_list(console, "Refers to", form.refers_to)
    for node in form.nodes:
        show_list(console, f"Node {node.node}, {node.step}: {node.outcome or node.whereabouts}", _lines(node))
    writes = (f"{write.at} {write.side} {write.method} {write.path} {write.answer}" for write in form.writes)
    show_list(console, "Written", writes)


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
