"""Masks: what a server shows instead of a secret that it will not show. Pure."""

from collections.abc import Iterator, Mapping

from migrator.model.canonical import Json, pointer_of

#: `prefect.utilities.names.obfuscate` of Prefect 3.8.8, with which the server masks every secret.
MASK = "********"


def masked(body: Json) -> tuple[str, ...]:
    """JSON pointers to the masks in a body."""
    return tuple(_places(body, []))


def unmasked(body: Json, values: Mapping[str, str]) -> Json:
    """A body with values in place of some of its masks.

    Args:
        body: The body; it stays as it is.
        values: By JSON pointer; what points to no mask is not used.
    """
    return _unmasked(body, values, []) if values else body


def _places(value: Json, path: list[str | int]) -> Iterator[str]:
    if value == MASK:
        yield pointer_of(path)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _places(item, [*path, name])
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _places(item, [*path, position])


def _unmasked(value: Json, values: Mapping[str, str], path: list[str | int]) -> Json:
    if value == MASK:
        return values.get(pointer_of(path), MASK)
    if isinstance(value, dict):
        return {name: _unmasked(item, values, [*path, name]) for name, item in value.items()}
    if isinstance(value, list):
        return [_unmasked(item, values, [*path, position]) for position, item in enumerate(value)]
    return value
