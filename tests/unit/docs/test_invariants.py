"""docs/architecture.md says where each invariant is tested, and the tests there say so themselves."""

import re

import pytest

from tests.unit.docs.pages import ROOT, code, page, rows, section

_ROWS = {int(row[0]): code(row[2]) for row in rows(section(page("architecture.md"), "## Invariants"))}
_MENTION = re.compile(r"[Ii]nvariants? ([\d, and]+)")


def invariants_of(file: str) -> set[int]:
    """The numbers of the invariants that the tests of a file name."""
    mentions = _MENTION.findall((ROOT / file).read_text(encoding="utf-8"))
    return {int(number) for mention in mentions for number in re.findall(r"\d+", mention)}


def test_the_invariants_are_numbered_without_a_gap() -> None:
    """As the design numbers them."""
    assert list(_ROWS) == list(range(1, len(_ROWS) + 1))


@pytest.mark.parametrize(("number", "files"), list(_ROWS.items()))
def test_the_tests_of_an_invariant_name_it(number: int, files: list[str]) -> None:
    """So that who breaks it is told what it was."""
    assert [file for file in files if number not in invariants_of(file)] == []
