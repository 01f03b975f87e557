"""The 25 defects that were found in `prefect transfer`, D-1 to D-25: each has a test, or cannot happen."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.unit.docs.pages import ROOT

_DEFECTS = {f"D-{number}" for number in range(1, 26)}
_NAMED = re.compile(r"D-\d+")

CANNOT_HAPPEN = {
    "D-16": "owners of automations are lost: the API takes an owner and never shows one, so there is nothing to carry",
    "D-19": "a destination without websockets is refused: no websocket is opened",
    "D-21": "paths with unfilled parameters: a kind's requests have whole paths, and every one is sent by an e2e test",
    "D-23": "caches of classes outlive a run: nothing is cached in a class",
}
"""What cannot happen to us, and why."""


def test_every_defect_has_a_test_or_a_reason() -> None:
    """And none has both."""
    tested = {defect for path in sorted((ROOT / "tests").rglob("test_*.py")) for defect in _defects_of(path)}

    assert tested | CANNOT_HAPPEN.keys() == _DEFECTS
    assert tested & CANNOT_HAPPEN.keys() == set()


def _defects_of(path: Path) -> Iterator[str]:
    """The defects that the docstrings of a file's tests name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield from _NAMED.findall(ast.get_docstring(node) or "")
