"""Exit codes are documented, each with its number and its name."""

from migrator.exit_codes import ExitCode
from tests.unit.docs.pages import ROOT, code, page, rows, section


def test_the_page_has_every_code() -> None:
    """Number and name, in order."""
    table = [(int(row[0]), code(row[1])[0]) for row in rows(page("reference/exit-codes.md"))]
    assert table == [(int(exit_code), exit_code.name) for exit_code in ExitCode]


def test_the_readme_has_every_code() -> None:
    """Its short table too."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [int(row[0]) for row in rows(section(readme, "## Exit codes"))] == list(ExitCode)
