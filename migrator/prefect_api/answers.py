"""What a server's answer says is wrong: fields and reasons, never the values it was sent. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from migrator.model.canonical import Json

#: Problems that are named; there may be more.
NAMED = 5
#: What the places in a request's body begin with; a reader knows them without it.
_BODY = "body"
#: What pydantic puts before the words of a validator.
_PREFIX = "Value error, "


def told(text: bytes) -> str:
    """What is wrong, in a line; empty where the answer does not say."""
    try:
        answer = orjson.loads(text)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(answer, dict):
        return ""
    return next(filter(None, (_said(answer.get(place)) for place in _PLACES)), "")


#: Where Prefect, FastAPI and Prefect Cloud say it.
_PLACES = ("exception_detail", "detail", "exception_message", "message")


def _said(detail: Json) -> str:
    match detail:
        case str(words):
            return words
        case [*problems]:
            return _problems([problem for problem in problems if isinstance(problem, dict)])
        case {"message": str(words)}:
            return words
        case _:
            return ""


def _problems(problems: Sequence[Mapping[str, Any]]) -> str:
    """Each problem of a validation once: where, and what is wrong there."""
    lines = list(dict.fromkeys(f"{_field(problem)}: {_reason(problem)}" for problem in problems if "msg" in problem))
    more = len(lines) - NAMED
    return "; ".join(lines[:NAMED]) + (f"; and {more} more" if more > 0 else "")


def _field(problem: Mapping[str, Any]) -> str:
    """The place in dots, without the names of validators that stand in it."""
    place = [str(part) for part in problem.get("loc", ()) if "[" not in str(part)]
    return ".".join(place[1:] if place[0:1] == [_BODY] and place[1:] else place)


def _reason(problem: Mapping[str, Any]) -> str:
    return str(problem["msg"]).removeprefix(_PREFIX)
