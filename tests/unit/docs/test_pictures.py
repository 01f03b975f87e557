"""The pictures of the documentation show what is shown now, and load nothing from elsewhere."""

import re
from xml.etree import ElementTree as ET

import pytest

from tests.unit.docs.pages import pages
from tests.unit.docs.pictures import PICTURES, picture_at, picture_of

each = pytest.mark.parametrize("name", PICTURES)


@each
def test_a_picture_shows_what_is_shown_now(name: str) -> None:
    """After a change that was meant, `make pictures` draws it anew."""
    assert picture_at(name).read_text(encoding="utf-8") == picture_of(name)


@each
def test_a_picture_loads_nothing(name: str) -> None:
    """No font, no image, no script: it is one file, and who looks at it tells nobody."""
    picture = picture_of(name)

    assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own
    assert re.findall(r"url\((?!#)|href|<script|@font-face|@import", picture) == []


@each
def test_every_picture_is_looked_at(name: str) -> None:
    """Some page shows it, with words for who cannot see it."""
    shown = re.compile(rf"!\[[^\]]{{20,}}\]\((?:\.\./|docs/)*pictures/{name}\.svg\)")

    assert [page for page in pages() if shown.search(page.read_text(encoding="utf-8"))]
