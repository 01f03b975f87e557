"""Masks: what a server shows instead of a secret that it will not show. Pure."""

from collections.abc import Iterator

from migrator.model.canonical import Json, pointer_of

#: `prefect.utilities.names.obfuscate` of Prefect 3.8.8, with which the server masks every secret.
MASK = "********"


def masked(body: Json) -> tuple[str, ...]:
    """JSON pointers to the masks in a body."""
    return tuple(_places(body, []))


def _places(value: Json, path: list[str | int]) -> Iterator[str]:
    if value == MASK:
        yield pointer_of(path)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _places(item, [*path, name])
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _places(item, [*path, position])
