"""The audit log on its way: a workspace whose writes are noted down, and the notes of this process."""

import time
from dataclasses import dataclass, field

from migrator.engine.audit import Write
from migrator.kinds.kind import Request
from migrator.model.canonical import Json
from migrator.prefect_api.errors import ApiError, Silent
from migrator.prefect_api.workspace import Workspace

#: How the paths end of requests that only read, although they are POSTs.
_READS = ("/filter", "/count", "/paginate")


@dataclass(frozen=True)
class Notes:
    """What one process has written in one run, and not told Redis yet.

    Attributes:
        worker: The process.
    """

    worker: str
    _writes: list[Write] = field(default_factory=list)

    def add(self, node: int, side: str, request: Request, answer: int | str) -> None:
        """Note a write down, without body and query."""
        path = request.path.partition("?")[0]
        self._writes.append(Write(int(time.time() * 1000), node, side, request.method, path, answer, self.worker))

    def take(self) -> list[Write]:
        """All notes, which are the caller's now."""
        taken, self._writes[:] = list(self._writes), []
        return taken

    def put_back(self, writes: list[Write]) -> None:
        """Notes that could not be told yet."""
        self._writes[:0] = writes


class RecordedWorkspace(Workspace):
    """A workspace as one node sees it: its writes are noted down.

    Args:
        workspace: The workspace.
        side: `source` or `destination`.
        node: The node.
        notes: Where to note.
    """

    def __init__(self, workspace: Workspace, side: str, node: int, notes: Notes) -> None:
        self.profile = workspace.profile
        self.pressure = workspace.pressure
        self._workspace = workspace
        self._side = side
        self._node = node
        self._notes = notes

    async def send(self, request: Request) -> tuple[int, Json]:
        """Send a request; if it is a write, note it down with its answer, or with what came in its place.

        Raises:
            ApiError: It did not succeed.
        """
        if not _writes(request):
            return await self._workspace.send(request)
        answer: int | str = ""
        try:
            answer, body = await self._workspace.send(request)
        except Silent:
            raise  # not sent
        except BaseException as error:
            answer = (isinstance(error, ApiError) and error.status) or type(error).__name__
            raise
        finally:
            if answer:
                self._notes.add(self._node, self._side, request, answer)
        return answer, body


def _writes(request: Request) -> bool:
    return request.method != "GET" and not (request.method == "POST" and request.path.endswith(_READS))
