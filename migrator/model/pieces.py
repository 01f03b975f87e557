"""Pieces: what is too much for one request or one command goes in several."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def pieces(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Items in order, so many at a time; the last piece may be shorter."""
    rest = iter(items)
    while piece := list(islice(rest, size)):
        yield piece
