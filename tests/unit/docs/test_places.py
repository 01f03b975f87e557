"""The project is nobody's: no file of it names a package registry or a place on one machine."""

from pathlib import Path

import pytest

from tests.unit.docs.pages import ROOT, tracked

#: Put together here, so that this file does not hold them.
_REGISTRIES = (("pypi", "org"), ("pythonhosted", "org"), ("registry.npmjs", "org"), ("deb.debian", "org"))
_FOLDERS = ("work", "root")
FORBIDDEN = (*(".".join(host) for host in _REGISTRIES), *(f"/{folder}/" for folder in _FOLDERS))


def text_of(path: Path) -> str:
    """What a file says; nothing if it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("forbidden", FORBIDDEN)
def test_no_file_names_it(forbidden: str) -> None:
    """Neither code nor documentation nor requirements."""
    naming = [str(path.relative_to(ROOT)) for path in tracked() if forbidden in text_of(path)]
    assert naming == []
