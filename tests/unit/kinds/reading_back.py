"""Bodies as a Prefect server reads them, with its own models."""

from copy import deepcopy
from typing import Any

from pydantic import BaseModel

from migrator.model.canonical import Body


def as_read(model: type[BaseModel], body: Body) -> Any:
    """What a server reads from a body: of the fields that were sent, the values it will keep."""
    # Prefect's validators of triggers change what they are given.
    return _like(model.model_validate(deepcopy(body)).model_dump(mode="json", context={"include_secrets": True}), body)


def _like(read: Any, sent: Any) -> Any:
    """What was read, without what the model added by itself."""
    if isinstance(sent, dict):
        return {name: _like(read[name], value) for name, value in sent.items()}
    if isinstance(sent, list):
        return [_like(one, other) for one, other in zip(read, sent, strict=True)]
    return read
