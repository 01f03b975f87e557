"""Masks: what a server shows instead of a secret."""

import pytest

from migrator.model.canonical import Json
from migrator.model.masks import MASK, masked


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"password": MASK, "user": "reporting"}, ("/password",)),
        ({"extra": {"a/b": MASK, "~": [1, MASK]}}, ("/extra/a~1b", "/extra/~0/1")),
        ({"note": f"{MASK}!", "short": "*******", MASK: 1}, ()),
        ({}, ()),
        (None, ()),
    ],
)
def test_masks_are_found_wherever_they_stand(body: Json, pointers: tuple[str, ...]) -> None:
    """Whole values only, by their JSON pointers."""
    assert masked(body) == pointers
