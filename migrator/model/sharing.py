"""Sharing: values that are equal need to be in memory once."""

from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

T = TypeVar("T", bound=Hashable)


class Shared:
    """Values that are in memory anyway, for those that are equal to them.

    Args:
        values: The first of them.
    """

    def __init__(self, values: Iterable[Hashable] = ()) -> None:
        self._values: dict[Any, Any] = {value: value for value in values}

    def one(self, value: T) -> T:
        """The value that is there already, else this one from now on."""
        shared: T = self._values.setdefault(value, value)
        return shared

    def each(self, values: Iterable[T]) -> tuple[T, ...]:
        """Values, none of which is there twice, nor are all of them."""
        return self.one(tuple(map(self.one, values)))
