"""Projection: what of a content another server does not accept, by the OpenAPI document that it serves. Pure.

Prefect's models of requests forbid fields that they do not know (`prefect.server.schemas.actions`); inside of them
some ignore such fields, which loses them without a word. The document shows both alike: a schema that lists its
`properties` and does not allow others.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from migrator.kinds.kind import Kind, Request
from migrator.kinds.references import put_back
from migrator.model.canonical import Body, Canonical, Json, pointer_of
from migrator.model.keys import Key

_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


@dataclass(frozen=True, slots=True)
class Fit:
    """How a content fits a server.

    Attributes:
        left_out: JSON pointers to the fields that it does not know.
        lost: Those of them that say something: what a server without the field does not do anyway.
        problem: Why it cannot have the content at all; empty if it can.
    """

    left_out: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    problem: str = ""


class _What(Enum):
    """What is wrong with a value."""

    UNKNOWN = auto()
    """There is no such field."""
    IDLE = auto()
    """There is none, and being empty, false or zero it says nothing: new fields are off where they are not set."""
    REFUSED = auto()
    """It is none of the values that there are."""
    UNLIKE = auto()
    """It has another form. That tells which alternative is not meant; the server itself converts some forms."""


@dataclass(frozen=True, slots=True)
class _Flaw:
    pointer: str
    what: _What


class Acceptance:
    """What a server accepts.

    Args:
        document: Its OpenAPI document. Without one it is taken to accept every field.
        absent: The kinds that it does not have.
        cloud: Whether it is Prefect Cloud.
        version: What it says of itself; one that says nothing is taken to be of today.
    """

    def __init__(
        self, document: Body | None = None, absent: Collection[str] = (), *, cloud: bool = True, version: str = ""
    ) -> None:
        document = document or {}
        self._paths: Body = document.get("paths", {})
        self._templates = [(path.split("/"), methods) for path, methods in self._paths.items() if "{" in path]
        self._schemas: Body = document.get("components", {}).get("schemas", {})
        self._absent = absent
        self._cloud = cloud
        self._version = tuple(int(part) for part in re.findall(r"\d+", version)[:2])

    def fit(self, kind: Kind, canonical: Canonical) -> Fit:
        """How a resource of a kind fits, by the request that creates it."""
        body = canonical.body
        if kind.name in self._absent:
            return Fit(problem=f"the destination has no {kind.name}: unknown to its Prefect, or switched off there")
        if not self._cloud and (needed := kind.cloud_only(body)):
            return Fit(problem=needed)
        too_new = tuple(f"/{name}" for name, since in kind.since.items() if name in body and self._is_before(since))
        if not self._paths:
            return Fit(left_out=too_new, lost=too_new)
        request = kind.create(body)
        # As it stands in the content: what goes with a second request has the same form.
        sent = {name: value for name, value in put_back(canonical, _AnyId()).items() if name in request.body}
        fit = self.fit_of_request(replace(request, body=sent))
        return replace(fit, left_out=(*fit.left_out, *too_new), lost=(*fit.lost, *too_new))

    def _is_before(self, version: tuple[int, int]) -> bool:
        return bool(self._version) and self._version < version

    def fit_of_request(self, request: Request) -> Fit:
        """How the body of a request fits."""
        schema = self._schema_of(request)
        return Fit() if schema is None else _fit(list(self._flaws(request.body, schema, [])))

    def _schema_of(self, request: Request) -> Body | None:
        steps = request.path.split("/")
        templates = (there for template, there in self._templates if _leads(template, steps))
        methods: Body = self._paths.get(request.path) or next(templates, {})
        content: Body = methods.get(request.method.lower(), {}).get("requestBody", {}).get("content", {})
        schema: Body | None = content.get("application/json", {}).get("schema")
        return schema

    def _flaws(self, value: Json, schema: Body, path: list[str | int]) -> Iterator[_Flaw]:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        alternatives = schema.get("anyOf") or schema.get("oneOf")
        if alternatives:
            yield from self._least(alternatives, value, path)
            return
        for part in schema.get("allOf", ()):
            yield from self._flaws(value, part, path)
        if not _is_a(schema.get("type"), value):
            yield _Flaw(pointer_of(path), _What.UNLIKE)
        elif value not in schema.get("enum", [schema.get("const", value)]):
            yield _Flaw(pointer_of(path), _What.REFUSED)
        elif isinstance(value, dict):
            yield from self._flaws_inside(value, schema, path)
        elif isinstance(value, list) and "items" in schema:
            for position, item in enumerate(value):
                yield from self._flaws(item, schema["items"], [*path, position])

    def _least(self, alternatives: list[Body], value: Json, path: list[str | int]) -> list[_Flaw]:
        """The flaws in the light of the alternative that fits best."""
        found: list[list[_Flaw]] = []
        for one in alternatives:
            found.append(list(self._flaws(value, one, path)))
            if not found[-1]:
                return []
        return min(found, key=_misfit(path))

    def _flaws_inside(self, value: Body, schema: Body, path: list[str | int]) -> Iterator[_Flaw]:
        known = schema.get("properties", {})
        others = schema.get("additionalProperties", not known)
        for name in schema.get("required", ()):
            if name not in value:
                yield _Flaw(pointer_of([*path, name]), _What.UNLIKE)
        for name, item in value.items():
            here = [*path, name]
            if name in known:
                yield from self._flaws(item, known[name], here)
            elif isinstance(others, dict):
                yield from self._flaws(item, others, here)
            elif not others:
                yield _Flaw(pointer_of(here), _What.UNKNOWN if item else _What.IDLE)


EVERYTHING = Acceptance()
"""Of a server of which nothing is known."""


class _AnyId(dict[Key, str]):
    """An id for whatever has one: where one fits, so does another."""

    def __missing__(self, _: Key) -> str:
        return "00000000-0000-0000-0000-000000000000"


def _fit(flaws: list[_Flaw]) -> Fit:
    lost, idle, refused = (
        tuple(flaw.pointer for flaw in flaws if flaw.what is what)
        for what in (_What.UNKNOWN, _What.IDLE, _What.REFUSED)
    )
    if refused:
        return Fit(problem=f"the destination's Prefect knows nothing like what it has at {', '.join(refused)}")
    return Fit(left_out=(*lost, *idle), lost=lost)


def _misfit(path: list[str | int]) -> Callable[[list[_Flaw]], tuple[bool, int, int, int]]:
    """How little an alternative is what was meant: by its own form, then by its values, forms and fields."""
    itself = _Flaw(pointer_of(path), _What.UNLIKE)

    def measure(flaws: list[_Flaw]) -> tuple[bool, int, int, int]:
        refused, unlike = (sum(flaw.what is what for flaw in flaws) for what in (_What.REFUSED, _What.UNLIKE))
        return itself in flaws, refused, unlike, len(flaws) - refused - unlike

    return measure


def _leads(template: list[str], steps: list[str]) -> bool:
    """Whether the steps of a path are those of a template, as in `/work_pools/{name}/queues`."""
    return len(template) == len(steps) and all(t == s or t[:1] == "{" for t, s in zip(template, steps, strict=True))


def _is_a(name: Json, value: Json) -> bool:
    """Whether a value has a type of JSON Schema; true is no number there, and 1.0 is an integer."""
    if not isinstance(name, str):
        return name is None or any(_is_a(one, value) for one in name)
    if isinstance(value, bool):
        return name == "boolean"
    if isinstance(value, float) and value.is_integer() and name == "integer":
        return True
    return isinstance(value, _JSON_TYPES.get(name, (object,)))
