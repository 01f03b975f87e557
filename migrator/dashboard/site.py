"""The site: its pages behind the guard, what they look like, and what is said where something is wrong."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qs

from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from migrator.dashboard.guard import Guard, asking_for_token
from migrator.dashboard.problems import problem_of
from migrator.dashboard.rendering import render
from migrator.dashboard.token import COOKIE, Token
from migrator.dashboard.views import Views
from migrator.errors import MigratorError, RefusedError, UnreachableError, UsageError
from migrator.reporting.drawing.sheets import SHEETS, sheet

#: Bytes that the form for the token may send.
FORM = 4096
_STATUS: Mapping[type[Exception], HTTPStatus] = {
    UsageError: HTTPStatus.NOT_FOUND,
    RefusedError: HTTPStatus.CONFLICT,
    UnreachableError: HTTPStatus.SERVICE_UNAVAILABLE,
}


def site_of(views: Views, token: Token | None, *, local: bool) -> Guard:
    """The site.

    Args:
        views: Its pages.
        token: What opens it; None for who may come without.
        local: Whether it is for this machine only.
    """
    routes = [
        Route("/", views.runs),
        Route("/runs/{run}", views.run),
        Route("/runs/{run}/events", views.events),
        Route("/runs/{run}/resources", views.resources),
        Route("/runs/{run}/resources/{number:int}", views.story),
        *(Route(f"/static/{name}.css", _shared(name)) for name in SHEETS),
        Mount("/static", StaticFiles(packages=[("migrator.dashboard", "static")])),
    ]
    if token is not None:
        routes.append(Route("/login", _login(token), methods=["GET", "POST"]))
    handlers = {**dict.fromkeys((MigratorError, RedisError, Exception), _wrong), HTTPException: _nothing}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), token, local)


def _login(token: Token) -> Callable[[Request], Awaitable[Response]]:
    async def login(request: Request) -> Response:
        """The form, and what it sends: a browser that knows the token gets a cookie."""
        if request.method != "POST":
            return asking_for_token("/", HTTPStatus.OK)
        form = await _form_of(request)
        path = path_here(form.get("path", ""))
        if not token.is_given(form.get("token", "").strip()):
            return asking_for_token(path, HTTPStatus.UNAUTHORIZED, "That is not the token.")
        answer = RedirectResponse(path, HTTPStatus.SEE_OTHER)
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, token.cookie, httponly=True, samesite="strict", secure=secure)
        return answer

    return login


async def _form_of(request: Request) -> dict[str, str]:
    """The fields of a small form; of one that is not small, none."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > FORM:
            return {}
    fields = parse_qs(body.decode(errors="replace"))
    return {name: values[0] for name, values in fields.items()}


def path_here(path: str) -> str:
    """A path of this site: what browsers could take for another host's leads to the first page."""
    is_here = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_here else "/"


def _shared(name: str) -> Callable[[Request], Response]:
    return lambda _request: Response(sheet(name), media_type="text/css")


def _wrong(_request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    status = _STATUS.get(type(problem), HTTPStatus.INTERNAL_SERVER_ERROR)
    return render("problem.html", status, what=problem.what, advice=problem.advice)


def _nothing(_request: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    return render("problem.html", status, what=f"there is no such page: {status.phrase.lower()}", advice="")
