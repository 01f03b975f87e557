"""What to do about a failure."""

from pathlib import Path

import pytest

from migrator.reporting.advice import advice_on
from migrator.reporting.model import ErrorForm

PAGE = (Path(__file__).parents[3] / "docs/how-to/when-something-fails.md").read_text()
SECTION = PAGE.partition("## Resources that failed")[2].partition("\n## ")[0]
TYPES = [line.split("`")[1] for line in SECTION.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("error", TYPES)
def test_every_type_of_error_that_the_page_names_has_advice_of_its_own(error: str) -> None:
    """A failure never ends without what to do about it."""
    unknown = advice_on(ErrorForm(type="Unheard", message="of"))

    assert advice_on(ErrorForm(type=error, message="")) != unknown
