"""docs/reference/settings.md has every setting with its default, and no other."""

from pathlib import Path
from typing import Any

import pytest

from migrator.settings import Settings
from tests.unit.docs.pages import code, page, rows

_ROWS = {code(row[0])[0]: row[1] for row in rows(page("reference/settings.md")) if row[0].startswith("`MIGRATOR_")}


def spelled(default: Any) -> str:
    """A default as the page spells it."""
    if default is None:
        return "none"
    return f"`{str(default).replace(str(Path.home()), '~')}`"


def test_every_setting_has_a_row() -> None:
    """And every row is a setting."""
    assert set(_ROWS) == {f"MIGRATOR_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_default_is_the_real_one(name: str) -> None:
    """Also one that is made when it is asked for."""
    default = Settings.model_fields[name].get_default(call_default_factory=True)
    assert _ROWS[f"MIGRATOR_{name.upper()}"] == spelled(default)
