"""docs/first-migration.md is what a newcomer reads first: every command on it works, and shows what it says."""

import os
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import clean_environment
from tests.e2e.walkthrough import Terminal, commands_of

PAGE = Path(__file__).parents[2] / "docs" / "first-migration.md"


@pytest.mark.timeout(600)
def test_the_first_migration_goes_as_its_page_says(tmp_path: Path) -> None:
    """On two real servers, at a real terminal, command by command."""
    clean = clean_environment()
    path = f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}"
    with Terminal(tmp_path, {**clean, "PATH": path}) as terminal:
        for typed in commands_of(PAGE.read_text()):
            terminal.type(typed)
