"""What a block's JSON schema can do without. Pure."""

from collections.abc import Iterator
from itertools import chain

from migrator.model.canonical import Body, Json, pointer_of, steps_of

_COMBINED = ("allOf", "anyOf", "oneOf")


def dispensable(schema: Body, data: Json, pointer: str) -> str:
    """The smallest part of a block's data that holds a place and that the schema does not require.

    The server takes a document without what is required, but Prefect cannot load it (`prefect.blocks.core`).

    Args:
        schema: The `fields` of a block schema.
        data: The `data` of a document.
        pointer: A place in it, as a JSON pointer that begins with `/data`.

    Returns:
        The part's JSON pointer; empty if every part is required.
    """
    definitions = schema.get("definitions") or {}
    first, *path = steps_of(pointer)
    models, value, found = [schema], data, ""
    for depth, step in enumerate(path, 1):
        if isinstance(value, dict):
            if not any(step in (model.get("required") or ()) for model in models):
                found = pointer_of([first, *path[:depth]])
            below = [_member(model, step) for model in models]
            value = value[step]
        else:
            below = [model.get("items") for model in models]
            value = value[int(step)]
        models = list(chain.from_iterable(_alternatives(part, definitions) for part in below))
    return found


def _member(model: Body, name: str) -> Json:
    return (model.get("properties") or {}).get(name) or model.get("additionalProperties")


def _alternatives(schema: Json, definitions: Body) -> Iterator[Body]:
    """What a schema may stand for: itself, what it refers to, and what it is combined of."""
    if not isinstance(schema, dict):
        return
    yield schema
    if "$ref" in schema:
        yield from _alternatives(definitions.get(schema["$ref"].rpartition("/")[2]), definitions)
    for part in chain.from_iterable(schema.get(word) or () for word in _COMBINED):
        yield from _alternatives(part, definitions)
