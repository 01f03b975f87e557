"""What a server's answer says is wrong: `field: message`, and never what it was sent."""

import json
from typing import Any

import pytest

from migrator.prefect_api.answers import NAMED, told

SECRET = "hunter2"  # noqa: S105 - a value that must not be shown


def problem(*place: str | int, message: str = "Field required") -> dict[str, Any]:
    """One problem as pydantic tells it, with what it was given."""
    return {"type": "missing", "loc": list(place), "msg": message, "input": SECRET, "ctx": {"given": SECRET}}


def said(answer: Any) -> str:
    """What is told of an answer."""
    return told(json.dumps(answer).encode())


@pytest.mark.parametrize("place", ["exception_detail", "detail"])
def test_a_validation_is_its_fields_and_messages(place: str) -> None:
    """Prefect's own form and FastAPI's; the request that Prefect sends back is left out."""
    problems = [problem("body", "name"), problem("body", "schedules", 0, "cron", message="Value error, Invalid cron")]
    answer = {"exception_message": "Invalid request received.", place: problems, "request_body": {"value": SECRET}}
    assert said(answer) == "name: Field required; schedules.0.cron: Invalid cron"


def test_validators_are_no_part_of_a_place() -> None:
    """A union of models names the functions that it has tried."""
    place = ("body", "trigger", "function-after[validate_require(), CompoundTrigger]", "type")
    assert said({"detail": [problem(*place)]}) == "trigger.type: Field required"


def test_what_is_wrong_with_the_whole_body_says_so() -> None:
    """There is no field to name then."""
    assert said({"detail": [problem("body")]}) == "body: Field required"


def test_each_problem_is_named_once_and_not_too_many() -> None:
    """Else one automation fills a terminal."""
    problems = [problem("body", f"field-{number}") for number in range(NAMED + 2)]
    line = said({"detail": problems + problems})
    assert line.count("Field required") == NAMED
    assert line.endswith("; and 2 more")


@pytest.mark.parametrize("answer", [{"detail": "not here"}, {"detail": {"message": "not here", "input": SECRET}}])
def test_words_are_taken_as_they_are(answer: Any) -> None:
    """Of what is no text only its message."""
    assert said(answer) == "not here"


@pytest.mark.parametrize(
    "answer", [b"<html>hunter2</html>", b"", b"[1]", b'{"detail": {"input": "hunter2"}}', b'{"detail": ["hunter2"]}']
)
def test_an_answer_that_says_nothing_that_can_be_understood_is_not_shown(answer: bytes) -> None:
    """Invariant 10: it may repeat what it was sent."""
    assert told(answer) == ""
