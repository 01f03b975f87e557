"""The guard at the door: who may see the page, under which name, and what browsers are told about it."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from migrator.dashboard.address import host_of, is_loopback
from migrator.dashboard.rendering import render
from migrator.dashboard.token import COOKIE, Token

#: What is to be seen without the token: the form for it, and what that looks like. Nothing there is about a run.
OPEN = ("/login", "/static/")
#: Nothing is loaded from elsewhere, nothing is embedded anywhere, and no script stands in a page.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class Guard:
    """Stands before the page.

    Attributes:
        app: The page.
        token: What opens it; None for who may come without.
        local: Whether it is for this machine only, and so to be called by its names only: a page from elsewhere whose
            name was made to lead here (DNS rebinding) calls it by another.
    """

    app: ASGIApp
    token: Token | None
    local: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            return
        answer = self._refusal(Request(scope)) or self.app
        await answer(scope, receive, _with_headers(send))

    def _refusal(self, request: Request) -> Response | None:
        host = host_of(request.headers.get("host", ""))
        if self.local and not is_loopback(host):
            advice = "this page is for this machine only; call it localhost\n"
            return PlainTextResponse(advice, HTTPStatus.MISDIRECTED_REQUEST)
        if self.token is None or _is_open(request) or _is_admitted(request, self.token):
            return None
        here = request.url.replace(scheme="", netloc="")
        return asking_for_token(str(here), HTTPStatus.UNAUTHORIZED)


def _is_open(request: Request) -> bool:
    """By the path that is routed: that of `request.url` is put together with what the request says of its host."""
    path: str = request.scope["path"]
    return path.startswith(OPEN)


def _is_admitted(request: Request, token: Token) -> bool:
    return token.admits(request.headers.get("authorization", ""), request.cookies.get(COOKIE, ""))


def asking_for_token(path: str, status: HTTPStatus, problem: str = "") -> Response:
    """The form for the token.

    Args:
        path: Where the reader wanted to go.
        status: Of the answer.
        problem: What was wrong with the last one.
    """
    challenge = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else None
    return render("login.html", status, headers=challenge, path=path, problem=problem)


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            # What a run looks like is for who asked, now.
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return send_with_headers
