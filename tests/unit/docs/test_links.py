"""What the documentation points to is there."""

import re
from pathlib import Path

import pytest

from tests.unit.docs.pages import ROOT, code, pages, prose

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
#: A file or folder of the project, as texts name it.
_PLACE = re.compile(r"(?:migrator|workers|benchmarks|tests|docs)/[\w./-]*")


def named(path: Path) -> str:
    """How a test calls a page."""
    return str(path.relative_to(ROOT))


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(prose(path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_there(page: Path, target: str) -> bool:
    """Whether a relative link leads to a file, and its anchor to a heading."""
    name, _, anchor = target.partition("#")
    path = (page.parent / name).resolve() if name else page
    return path.exists() and (not anchor or anchor in anchors(path))


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    """To a file of the project, and to a heading in it where it says so."""
    targets = _LINK.findall(prose(page.read_text(encoding="utf-8")))
    relative = [target for target in targets if "://" not in target]
    assert [target for target in relative if not is_there(page, target)] == []


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_file_that_is_named_exists(page: Path) -> None:
    """A file that moves takes its mentions along."""
    places = [place for place in code(prose(page.read_text(encoding="utf-8"))) if _PLACE.fullmatch(place)]
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    """By links, over as many pages as it takes; a folder that is linked stands for what is in it."""
    found, new = set[Path](), {ROOT / "README.md"}
    while new:
        found |= new
        targets = {
            (page.parent / target.partition("#")[0]).resolve()
            for page in new
            if page.suffix == ".md"
            for target in _LINK.findall(page.read_text(encoding="utf-8"))
            if "://" not in target
        }
        new = {path for target in targets for path in (target.glob("*.md") if target.is_dir() else [target])} - found
    assert set(pages()) <= found
