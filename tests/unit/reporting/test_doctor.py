"""What the doctor has found, on a terminal and as a form."""

import io

from rich.console import Console

from migrator.errors import RefusedError
from migrator.model.finding import Finding, fine, warning, wrong
from migrator.reporting.doctor import report_of_findings, show_findings, show_verdict

FINE = fine("redis", "version", "Valkey 9.1.2")
SLOW = warning("redis", "reachable", "answers in 40 ms", "let the workers be near to it")
EVICTS = wrong("redis", "policy", RefusedError("this Redis may evict keys", "set maxmemory-policy to [noeviction]"))


def shown(*findings: Finding, terminal: bool = False) -> str:
    """What is shown in 80 columns, without colours."""
    console = Console(file=io.StringIO(), width=80, force_terminal=terminal, no_color=True, highlight=False)
    show_findings(console, findings)
    show_verdict(console, findings)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_each_finding_is_a_line_and_what_is_not_fine_says_how_to_mend_it() -> None:
    """Tick, warning or cross; brackets are text."""
    assert shown(FINE, SLOW, EVICTS).splitlines() == [
        "redis",
        "  ✓ version      Valkey 9.1.2",
        "  ! reachable    answers in 40 ms",
        "    → let the workers be near to it",
        "  ✗ policy       this Redis may evict keys",
        "    → set maxmemory-policy to [noeviction]",
        "1 wrong: mend that first. 1 to know about.",
    ]


def test_a_long_line_is_folded_under_its_beginning_at_a_terminal_and_whole_elsewhere() -> None:
    """80 columns are enough, and who searches in a file finds it."""
    long = fine("source", "reading", " ".join(["all kinds can be read"] * 5))
    first, second = shown(long, terminal=True).splitlines()[1:3]
    assert len(first) <= 80
    assert second.startswith(" " * 17 + "read all")
    assert f"  ✓ reading      {long.reason}" in shown(long).splitlines()


def test_where_nothing_is_wrong_that_is_said() -> None:
    """In so many words."""
    assert shown(FINE).endswith("Nothing is wrong.\n")


def test_the_form_has_the_code_with_which_the_command_ends() -> None:
    """And of each finding the one that a run would end with."""
    form = report_of_findings([FINE, SLOW, EVICTS])
    assert form.code == 5
    assert [(finding.verdict, finding.code) for finding in form.findings] == [("fine", 0), ("warning", 0), ("wrong", 5)]
