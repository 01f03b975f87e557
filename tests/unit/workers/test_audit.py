"""What a process notes down of its requests."""

import asyncio
from typing import Any

import pytest

from migrator.engine.audit import Write
from migrator.kinds.kind import Request
from migrator.prefect_api.errors import Denied, Rejected, Silent, Unanswered
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace
from workers.audit import Notes, RecordedWorkspace

BODY = {"password": "hunter2hunter2"}


class Answering(Workspace):
    """A workspace that answers as it is told to, whatever it is asked."""

    def __init__(self, answer: int | BaseException) -> None:
        super().__init__(Profile("prod", "http://127.0.0.1:9/api"), Pressure(1))
        self._answer = answer

    async def send(self, request: Request) -> tuple[int, Any]:
        """Answer."""
        if isinstance(self._answer, BaseException):
            raise self._answer
        return self._answer, request.body


def noted(request: Request, answer: int | BaseException = 201) -> list[Write]:
    """What is noted down of a request."""
    notes = Notes("worker-1")
    workspace = RecordedWorkspace(Answering(answer), "destination", 17, notes)

    async def send() -> None:
        if isinstance(answer, BaseException):
            with pytest.raises(type(answer)) as raised:
                await workspace.send(request)
            assert raised.value is answer
        else:
            assert await workspace.send(request) == (answer, request.body)

    asyncio.run(send())
    return notes.take()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/flows/"),
        ("PUT", "/automations/1"),
        ("PATCH", "/variables/name/filter"),
        ("DELETE", "/work_pools/count"),
    ],
)
def test_a_write_is_noted_with_its_answer(method: str, path: str) -> None:
    """Invariant 10: without the body, and without what may stand in a query."""
    (write,) = noted(Request(method, f"{path}?secret=hunter2hunter2", BODY))

    assert (write.node, write.side, write.method, write.path) == (17, "destination", method, path)
    assert (write.answer, write.worker) == (201, "worker-1")
    assert "hunter2" not in repr(write)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/flows/1"),
        ("POST", "/work_pools/p/queues/filter"),
        ("POST", "/flows/count"),
        ("POST", "/deployments/paginate"),
    ],
)
def test_a_read_is_not(method: str, path: str) -> None:
    """It changes nothing."""
    assert noted(Request(method, path, BODY)) == []


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (Rejected("422 hunter2hunter2", 422), 422),
        (Denied("403", 403), 403),
        (Unanswered("503", 500), 500),
        (Unanswered("no answer"), "Unanswered"),
        (asyncio.CancelledError(), "CancelledError"),
        (RuntimeError("hunter2hunter2"), "RuntimeError"),
    ],
)
def test_a_write_that_failed_is_noted_as_well(error: BaseException, answer: int | str) -> None:
    """By its status; by the class of the error where nobody answered, for it may have taken effect."""
    (write,) = noted(Request("POST", "/flows/", BODY), error)

    assert write.answer == answer
    assert "hunter2" not in repr(write)


def test_what_was_not_sent_is_no_write() -> None:
    """Nobody can have been written to."""
    assert noted(Request("POST", "/flows/", BODY), Silent("the server does not answer")) == []


def test_notes_that_could_not_be_told_are_kept_in_their_order() -> None:
    """Redis may be gone for a moment."""
    notes = Notes("worker-1")
    for node in (1, 2):
        notes.add(node, "destination", Request("POST", "/flows/"), 201)
    taken = notes.take()
    notes.add(3, "destination", Request("POST", "/flows/"), 201)
    notes.put_back(taken)

    assert [write.node for write in notes.take()] == [1, 2, 3]
    assert notes.take() == []


def test_the_pressure_of_a_workspace_is_its_own() -> None:
    """A note changes nothing of what is known of the server."""
    workspace = Answering(201)

    assert RecordedWorkspace(workspace, "destination", 1, Notes("w")).pressure is workspace.pressure
    assert RecordedWorkspace(workspace, "destination", 1, Notes("w")).profile is workspace.profile
