"""The report of a run as one page that needs nothing else: it can be attached to a ticket and read anywhere.

It is written piece by piece. The page may look as the sheet says and run the script that are in it, and load nothing:
even a name that broke out of its place could do no more.
"""

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from migrator.engine.groups import Group
from migrator.reporting.document.deviations import deviations_of, found_by_key
from migrator.reporting.document.document import Document
from migrator.reporting.document.rows import rows_of
from migrator.reporting.drawing.graph_drawing import drawing_of
from migrator.reporting.drawing.plot import plot
from migrator.reporting.drawing.shares import bar_of
from migrator.reporting.drawing.sheets import SHEETS, sheet
from migrator.reporting.drawing.timeline import timeline_of
from migrator.reporting.losses import TOLD, losses_of
from migrator.reporting.model import Counters, RunForm
from migrator.reporting.moments import duration
from migrator.reporting.saying import happened, title_of, verdict_of_verification, verdict_on


def html_report(document: Document) -> Iterator[str]:
    """The page, piece by piece."""
    style, script = "\n".join([*map(sheet, SHEETS), _text("report.css")]), _text("report.js")
    content = _said(document) | _compared(document) | _drawn(document)
    found = found_by_key(document.verification) if document.verification else {}
    yield from (
        _environment()
        .get_template("report.html")
        .generate(
            content,
            rows=map(_markup, rows_of(document.form.resources, found)),
            style=_markup(style),
            script=_markup(script),
            policy=_policy(style, script),
        )
    )


def _said(document: Document) -> dict[str, Any]:
    """What the run is, and what there is to say of it."""
    form = document.form
    return {
        "form": form,
        "notes": document.notes,
        "written": document.written,
        "title": title_of(form),
        "verdict": verdict_on(form),
        "outcomes": happened(form.totals),
        "steps": document.steps,
        "losses": losses_of(document.notes),
        "told": TOLD,
    }


def _compared(document: Document) -> dict[str, Any]:
    """What a comparison of both sides has found."""
    verification = document.verification
    return {
        "comparison": verification and verdict_of_verification(verification),
        "deviations": deviations_of(verification) if verification else [],
    }


def _drawn(document: Document) -> dict[str, Markup]:
    """The figures; everything that is said in them is escaped."""
    timeline = timeline_of(document.pace)
    lost = f"Writes that failed or were skipped, each {duration(timeline.step)}"
    return {
        "throughput": _markup(
            plot(timeline.throughput, step=timeline.step, title="Writes that settled, a second", unit="/s")
        ),
        "lost_in_time": _markup(plot(timeline.losses, step=timeline.step, title=lost) if timeline.losses else ""),
        "drawing": _markup(drawing_of(_groups(document.form), document.kind_edges)),
    }


def _groups(form: RunForm) -> dict[str, Group]:
    """The kinds as the drawing takes them; it counts resources, as all of the report does."""
    return {kind: Group(counters.discovered, happened(counters)) for kind, counters in form.kinds.items()}


def _policy(style: str, script: str) -> str:
    """What the page may do: nothing but what is in it."""
    hashes = [f"{what} 'sha256-{_digest(text)}'" for what, text in (("style-src", style), ("script-src", script))]
    return "; ".join(["default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'", *hashes])


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("migrator.reporting.document"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(happened=happened)
    environment.filters.update(duration=duration, bar=_bar, number="{:,}".format, begun=_begun)
    return environment


def _bar(counters: Counters) -> Markup:
    return _markup(bar_of(happened(counters), counters.discovered))


def _begun(sentence: str) -> str:
    """Its first letter is a capital; the others stay."""
    return sentence[:1].upper() + sentence[1:]


def _markup(text: str) -> Markup:
    """What is ours, or escaped already."""
    return Markup(text)  # noqa: S704


def _text(template: str) -> str:
    return files("migrator.reporting.document").joinpath("templates", template).read_text(encoding="utf-8")
