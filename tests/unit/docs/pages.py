"""The documentation as tests read it: pages, their sections, tables and examples."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CELL = re.compile(r"(?<!\\)\|")


def tracked() -> list[Path]:
    """Every file that is part of the project, also one that is about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def pages() -> list[Path]:
    """Every page for readers."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def page(name: str) -> str:
    """The text of a page below docs."""
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands below a heading, to the next one of its level or above."""
    level = heading.partition(" ")[0]
    below = re.search(rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{len(level)}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert below, f"there is no heading '{heading}'"
    return below[1]


def rows(text: str) -> list[list[str]]:
    """The rows of the tables of a text, without their heads."""
    table = [_cells(line) for line in text.splitlines() if line.startswith("|")]
    rules = {number for number, cells in enumerate(table) if all(set(cell) <= set("-: ") for cell in cells)}
    return [cells for number, cells in enumerate(table) if number not in rules and number + 1 not in rules]


def code(cell: str) -> list[str]:
    """What a text sets in code."""
    return re.findall(r"`([^`]+)`", cell)


def examples(text: str, language: str) -> list[str]:
    """The fenced examples of a text that are in a language."""
    return [body for name, body in _FENCE.findall(text) if name == language]


def prose(text: str) -> str:
    """A text without its fenced examples."""
    return _FENCE.sub("", text)


def _cells(line: str) -> list[str]:
    return [cell.strip().replace(r"\|", "|") for cell in _CELL.split(line.strip())[1:-1]]
