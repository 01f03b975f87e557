"""Packed records: of a dataclass with many fields, most of which say nothing most of the time, only those that do."""

from collections.abc import Callable, Container, Iterator, MutableMapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, Generic, NamedTuple, TypeVar, overload

from migrator.model.keys import Key

T = TypeVar("T")


class _Shape(NamedTuple):
    """What fills the fields that are said, in their order, and what fills the others, with what."""

    said: list[Callable[[Any, Any], None]]
    unsaid: list[tuple[Callable[[Any, Any], None], Any]]


class Packing(Generic[T]):
    """How records are packed: which of their fields differ from their defaults, then the values of those.

    Args:
        record: A dataclass with slots, which does nothing when it is made but to fill them.
    """

    def __init__(self, record: type[T]) -> None:
        self._record = record
        self._defaults = {field.name: field.default for field in fields(record)}  # type: ignore[arg-type]
        self._shapes: dict[tuple[str, ...], _Shape] = {}

    def pack(self, record: T) -> tuple[Any, ...]:
        """What a record says."""
        said = {
            name: value
            for name, default in self._defaults.items()
            if (value := getattr(record, name)) is not default and (default is MISSING or value != default)
        }
        names = tuple(said)
        return self._shapes.get(names) or self._shaped(names), *said.values()

    def unpack(self, packed: tuple[Any, ...]) -> T:
        """The record that says so; a frozen one in two thirds of the time that its own `__init__` takes."""
        record, shape = object.__new__(self._record), packed[0]
        for fill, value in zip(shape.said, packed[1:], strict=True):
            fill(record, value)
        for fill, default in shape.unsaid:
            fill(record, default)
        return record

    def _shaped(self, names: tuple[str, ...]) -> _Shape:
        fills = {name: getattr(self._record, name).__set__ for name in self._defaults}
        unsaid = [(fills[name], default) for name, default in self._defaults.items() if name not in names]
        shape = self._shapes[names] = _Shape([fills[name] for name in names], unsaid)
        return shape


class PackedList(Sequence[T]):
    """Records in order; each is made anew when it is looked at."""

    def __init__(self, packing: Packing[T], packed: list[tuple[Any, ...]]) -> None:
        self._packing = packing
        self._packed = packed

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[T]:
        return map(self._packing.unpack, self._packed)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> "PackedList[T]": ...
    def __getitem__(self, place: int | slice) -> "T | PackedList[T]":
        if isinstance(place, slice):
            return PackedList(self._packing, self._packed[place])
        return self._packing.unpack(self._packed[place])


class PackedDict(MutableMapping[Key, T]):
    """Records by key, in the order in which they came; each is made anew when it is looked at.

    Args:
        packing: How they are packed.
        packed: The first of them.
    """

    def __init__(self, packing: Packing[T], packed: dict[Key, tuple[Any, ...]] | None = None) -> None:
        self._packing = packing
        self._packed = {} if packed is None else packed

    def __getitem__(self, key: Key) -> T:
        return self._packing.unpack(self._packed[key])

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __setitem__(self, key: Key, record: T) -> None:
        self._packed[key] = self._packing.pack(record)

    def __delitem__(self, key: Key) -> None:
        del self._packed[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def only(self, keys: Container[Key]) -> "PackedDict[T]":
        """Those of some keys."""
        return PackedDict(self._packing, {key: one for key, one in self._packed.items() if key in keys})

    def in_order(self) -> PackedList[T]:
        """The records alone."""
        return PackedList(self._packing, list(self._packed.values()))
