"""What the doctor has found: for people, a line a check; for machines, a form."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from textwrap import fill

from rich.console import Console
from rich.text import Text

from migrator.model.finding import Finding, Verdict, worst
from migrator.reporting.model import DoctorForm, FindingForm

_MARKS = {Verdict.FINE: ("✓", "green"), Verdict.WARNING: ("!", "yellow"), Verdict.WRONG: ("✗", "red")}


def report_of_findings(findings: Sequence[Finding]) -> DoctorForm:
    """The machine form of what was found."""
    return DoctorForm(code=worst(findings), findings=[FindingForm.model_validate(finding) for finding in findings])


def show_findings(console: Console, findings: Sequence[Finding]) -> None:
    """What was found, by subject, and under what is not fine how to mend it."""
    for subject, some in groupby(findings, key=attrgetter("subject")):
        console.print(Text(subject, style="bold"))
        for finding in some:
            _show_finding(console, finding)


def _show_finding(console: Console, finding: Finding) -> None:
    mark, style = _MARKS[finding.verdict]
    line = _folded(console, f"  {mark} {finding.check:<12} {finding.reason}", indent=17)
    console.print(Text.assemble("  ", (mark, style), line[3:]), soft_wrap=True)
    if finding.advice:
        console.print(Text(_folded(console, f"    → {finding.advice}", indent=6)), soft_wrap=True)


def _folded(console: Console, line: str, *, indent: int) -> str:
    """A line that fits a terminal; elsewhere it stays one, for whoever searches in it."""
    if not console.is_terminal:
        return line
    return fill(line, console.width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False)


def show_verdict(console: Console, findings: Sequence[Finding]) -> None:
    """Whether a migration may begin."""
    wrong = sum(finding.verdict is Verdict.WRONG for finding in findings)
    warnings = sum(finding.verdict is Verdict.WARNING for finding in findings)
    said = f"{wrong} wrong: mend that first." if wrong else "Nothing is wrong."
    beware = f" {warnings} to know about." if warnings else ""
    console.print(Text(said + beware, style="red" if wrong else "green"))
