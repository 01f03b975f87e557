"""Masks: what a server shows instead of a secret."""

import pytest

from migrator.model.canonical import Json
from migrator.model.masks import MASK, masked, unmasked


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


def test_values_take_the_place_of_masks_only() -> None:
    """What is not masked stays as it is, whatever a file says."""
    body = {"password": MASK, "user": "reporting", "extra": {"a/b": [1, MASK]}}

    assert unmasked(body, {"/extra/a~1b/1": "new", "/user": "else", "/nowhere": "x"}) == {
        "password": MASK,
        "user": "reporting",
        "extra": {"a/b": [1, "new"]},
    }
    assert body["extra"] == {"a/b": [1, MASK]}
