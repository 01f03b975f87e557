"""Server-sent events as a browser reads them."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.served_page import ServedPage


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        name: What it is.
        parts: Of the page, those that have changed.
    """

    name: str
    parts: dict[str, str]


@contextmanager
def events_of(page: ServedPage, run_id: str) -> Iterator[Iterator[Event]]:
    """The events of a run, as they come."""
    line = page.line()
    try:
        line.request("GET", f"/runs/{run_id}/events")
        answer = line.getresponse()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _read(answer)
    finally:
        line.close()


def _read(answer: http.client.HTTPResponse) -> Iterator[Event]:
    name = ""
    while text := answer.readline().decode():
        field, _, value = text.rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield Event(name, json.loads(value) if value else {})
