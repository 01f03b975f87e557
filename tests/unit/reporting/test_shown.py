"""What is shown on a terminal is what somebody has looked at; git shows what changed since."""

from io import StringIO

import pytest
from rich.console import Console

from tests.unit.reporting.shown import FOLDER, SHOWN, WIDTHS, path_of, text_of

#: What may be wider than the terminal: what one copies, which a terminal breaks and a copy does not.
WHOLE = ("  migrator ", "  deployment/", "  block-document/")
each = pytest.mark.parametrize("name", SHOWN)
each_width = pytest.mark.parametrize("width", WIDTHS)


@each_width
@each
def test_it_looks_as_it_did(name: str, width: int) -> None:
    """Of a change that was meant, `make snapshots` takes new ones."""
    assert text_of(name, width) == path_of(name, width).read_text(encoding="utf-8")


@each_width
@each
def test_it_fits(name: str, width: int) -> None:
    """Into 80 columns, too; only what is to be copied is in one piece all the same."""
    wide = [line for line in text_of(name, width).splitlines() if len(line) > width]

    assert [line for line in wide if not line.startswith(WHOLE)] == []


@each
def test_no_colour_says_what_words_do_not(name: str) -> None:
    """At a terminal with colours the same is shown, in colour; where there is none, no escape code."""
    shown = StringIO()
    SHOWN[name](Console(file=shown, width=80, force_terminal=True, highlight=False))

    assert "\x1b[" not in text_of(name, 80)
    assert "\x1b[" in shown.getvalue()


def test_every_snapshot_is_of_something() -> None:
    """None is left of what is not shown any more."""
    assert {path.name for path in FOLDER.iterdir()} == {path_of(name, w).name for name in SHOWN for w in WIDTHS}
