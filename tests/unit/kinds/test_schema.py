"""What a block's schema can do without, as Prefect writes such schemas (`prefect.blocks.core`)."""

from typing import Any

import pytest

from migrator.kinds.schema import dispensable

CREDENTIALS: dict[str, Any] = {
    "type": "object",
    "properties": {"user": {"type": "string"}, "password": {"type": "string"}, "token": {"type": "string"}},
    "required": ["user", "password"],
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "url": {"type": "string"},
        "note": {"type": "string"},
        "headers": {"type": "object"},
        "owner": {"$ref": "#/definitions/Credentials"},
        "guest": {"anyOf": [{"$ref": "#/definitions/Credentials"}, {"type": "null"}]},
        "deputy": {"allOf": [{"$ref": "#/definitions/Credentials"}]},
        "others": {"type": "array", "items": {"$ref": "#/definitions/Credentials"}},
        "teams": {"type": "object", "additionalProperties": {"$ref": "#/definitions/Credentials"}},
    },
    "required": ["url", "owner"],
    "definitions": {"Credentials": CREDENTIALS},
}
WHO = {"user": "a", "password": "b", "token": "c"}
DATA: dict[str, Any] = {
    "url": "https://example.com",
    "note": "none",
    "headers": {"a/b": "1", "deep": {"er": "2"}},
    "owner": WHO,
    "guest": WHO,
    "deputy": WHO,
    "others": [WHO],
    "teams": {"ml": WHO},
    "unknown": {"to": ["the", "schema"]},
}


@pytest.mark.parametrize(
    ("pointer", "part"),
    [
        ("/data/url", ""),
        ("/data/note", "/data/note"),
        ("/data/headers/a~1b", "/data/headers/a~1b"),
        ("/data/headers/deep/er", "/data/headers/deep/er"),
        ("/data/owner/password", ""),
        ("/data/owner/token", "/data/owner/token"),
        ("/data/guest/password", "/data/guest"),
        ("/data/guest/token", "/data/guest/token"),
        ("/data/deputy/password", "/data/deputy"),
        ("/data/others/0/password", "/data/others"),
        ("/data/others/0/token", "/data/others/0/token"),
        ("/data/teams/ml/password", "/data/teams/ml"),
        ("/data/unknown/to/1", "/data/unknown/to"),
    ],
)
def test_the_smallest_part_that_is_not_required_goes(pointer: str, part: str) -> None:
    """Of a model inside, what it requires goes with the model; a list keeps its positions."""
    assert dispensable(SCHEMA, DATA, pointer) == part


def test_a_schema_without_any_word_requires_nothing() -> None:
    """Some block types declare no fields at all."""
    assert dispensable({}, DATA, "/data/url") == "/data/url"
