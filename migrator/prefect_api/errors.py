"""What a workspace's server can answer besides yes. Each error carries what to do with the attempt."""

from migrator.errors import MigratorError
from migrator.exit_codes import ExitCode


class ApiError(MigratorError):
    """A request that did not succeed.

    Attributes:
        status: The HTTP status; 0 where there was no answer.
        permanent: Whether trying again is of no use.
        delay: Seconds to wait before the next attempt, where the server says so.
    """

    exit_code = ExitCode.UNREACHABLE
    usual_advice = "look at the server's log, and try again"
    permanent = True
    delay: float | None = None

    def __init__(self, what: str, status: int = 0) -> None:
        super().__init__(what)
        self.status = status


class Rejected(ApiError):
    """The server understood, and will not have it (4xx)."""


class Denied(ApiError):
    """The credentials are wrong, or may not do this (401, 403)."""

    usual_advice = "use credentials that may do this"


class Missing(ApiError):
    """There is no such thing (404)."""


class Conflict(ApiError):
    """Something of that name is there already, or something it refers to is not: 409 means both.

    And a third: two requests were in each other's way, as the first two block documents of a fresh server are, which
    both make its key (`prefect.server.utilities.encryption`). So one that nothing explains is worth another attempt.
    """

    permanent = False


class AlreadyThere(ApiError):
    """Something of that name is there, which was not to be."""


class Busy(ApiError):
    """The server did nothing, and asks for patience (429, 503). SQLite answers 503 whenever it is locked."""

    permanent = False

    def __init__(self, what: str, status: int = 0, delay: float | None = None) -> None:
        super().__init__(what, status)
        self.delay = delay


class LockedOut(Busy):
    """The credentials were good, and are so no more (401): they are being rotated, and new ones are waited for."""


class Unanswered(ApiError):
    """No answer that says what became of the request (timeout, lost connection, 5xx): look before repeating it."""

    permanent = False


class Silent(ApiError):
    """Not sent: the server answers nothing or wants to be left alone, or others use up what it takes."""

    permanent = False


_MEANINGS: dict[int, type[ApiError]] = {401: Denied, 403: Denied, 404: Missing, 409: Conflict}
_BUSY = frozenset({429, 503})
_SERVER_ERROR = 500


def error_of(status: int, message: str, retry_after: float | None) -> ApiError:
    """The error that an HTTP status stands for (RFC 9110, 15)."""
    if status in _BUSY:
        return Busy(message, status, retry_after)
    if status >= _SERVER_ERROR:
        return Unanswered(message, status)
    return _MEANINGS.get(status, Rejected)(message, status)
