"""One workspace over HTTP: a client built from one profile alone (invariant 11).

Retries are ours, not the client's: an error says whether and when an attempt is worth repeating.
"""

import asyncio
import base64
import email.utils
import ssl
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType
from typing import Self

import aiohttp
import orjson
from yarl import URL

from migrator.errors import UsageError
from migrator.kinds.kind import Request
from migrator.model.canonical import Json
from migrator.prefect_api.answers import told
from migrator.prefect_api.errors import ApiError, Denied, LockedOut, Rejected, Unanswered, error_of
from migrator.prefect_api.latency import class_of
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile, normalised_url

#: Seconds; below the shortest lease, so that no answer comes after a node was handed to someone else.
REQUEST_TIMEOUT = 30.0
#: Seconds until a server that does not even accept the connection counts as unreachable.
CONNECT_TIMEOUT = 10.0
#: Seconds that a server has to show that it is back.
PROBE_TIMEOUT = 5.0
#: What may help against a refusal, one after another: a CSRF token, and other credentials.
REMEDIES = 2
#: What every workspace has, and only its database can answer.
PROTECTED = "/block_types/slug/secret"
#: What `prefect.client` 3.8.8 sends; servers accept any 0.8.
API_VERSION = "0.8.4"


#: Hears of each request that was sent: its method, the status of the answer (0 for none), how many seconds it took.
Listener = Callable[[str, int, float], None]


def _nobody(_method: str, _status: int, _seconds: float) -> None:
    """Does not listen."""


class Workspace:
    """A workspace that a profile points to.

    Args:
        profile: Where it is, and how to identify oneself.
        pressure: How much may be asked of it at once.
        listener: Hears of each request.
        reread: What the profile says by now; asked when its credentials are refused, for they may have been rotated.

    Attributes:
        is_locked_out: Whether credentials that were good are refused.
    """

    def __init__(
        self,
        profile: Profile,
        pressure: Pressure,
        listener: Listener = _nobody,
        reread: Callable[[], Profile] | None = None,
    ) -> None:
        self.profile = profile
        self.pressure = pressure
        self.requests = 0
        self.is_locked_out = False
        self._listener = listener
        self._reread = reread or (lambda: profile)
        self._was_let_in = False
        self._session: aiohttp.ClientSession | None = None
        self._headers = _headers(profile)
        self._csrf: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        timeout = min(REQUEST_TIMEOUT, self.profile.request_timeout)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=_tls(self.profile)),
            timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=CONNECT_TIMEOUT),
            # Neither a proxy nor a netrc entry of the environment belongs to this profile.
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, request: Request) -> tuple[int, Json]:
        """Send a request and return status and parsed body.

        Raises:
            ApiError: It did not succeed; the error says whether to try again.
        """
        async with self.pressure.slot(class_of(request.method, request.path)):
            return await self._insist(request)

    async def probe(self) -> None:
        """Ask, beside all other requests, whether the server answers.

        Raises:
            ApiError: How it does.
        """
        with self.pressure.under_way():
            try:
                async with asyncio.timeout(PROBE_TIMEOUT):
                    await self._insist(Request("GET", PROTECTED))
            except TimeoutError as error:
                raise Unanswered("no answer") from error

    def take_requests(self) -> int:
        """How many requests were sent since the last time."""
        sent, self.requests = self.requests, 0
        return sent

    async def get(self, path: str) -> Json:
        """What GET answers."""
        return (await self.send(Request("GET", path)))[1]

    async def _insist(self, request: Request, remedies: int = REMEDIES) -> tuple[int, Json]:
        """Send a request; where it is refused, and something may help against that, do so and send it again."""
        shown = self._headers
        try:
            answer = await self._send_once(request)
        except Denied as error:
            if remedies and await self._remedied(error, shown):
                return await self._insist(request, remedies - 1)
            raise await self._meaning_of(error) from error
        self._was_let_in, self.is_locked_out = True, False
        return answer

    async def _remedied(self, error: Denied, shown: Mapping[str, str]) -> bool:
        """Do what may help against a refusal; returns whether there was something."""
        # Self-hosted servers may ask for a token that they hand out themselves.
        if "CSRF" in error.what:
            if self.profile.csrf:
                await self._fetch_csrf_token()
            return self.profile.csrf
        if self._headers is shown:
            self._renew_credentials()
        return self._headers is not shown

    def _renew_credentials(self) -> None:
        """Take the profile's credentials as they are now; one that leads elsewhere by now is not followed."""
        with suppress(UsageError):
            profile = self._reread()
            if profile != self.profile and normalised_url(profile.api_url) == normalised_url(self.profile.api_url):
                self.profile, self._headers = profile, _headers(profile)

    async def _meaning_of(self, error: Denied) -> ApiError:
        """Whether it was this request that is not allowed, or nothing is any more."""
        if error.status != HTTPStatus.UNAUTHORIZED or not self._was_let_in:
            return error
        try:
            await self._send_once(Request("GET", PROTECTED))
        except Denied:
            self.is_locked_out = True
            return LockedOut(error.what, error.status)
        except ApiError as other:
            return other
        return error

    async def _send_once(self, request: Request) -> tuple[int, Json]:
        if self._session is None:
            raise RuntimeError("a workspace is used within `async with`")
        self.requests += 1
        data = None if request.body is None else orjson.dumps(request.body)
        url = URL(self.profile.api_url.rstrip("/") + request.path, encoded=True)
        began, status = time.monotonic(), 0
        try:
            async with self._session.request(
                request.method, url, data=data, headers=self._headers | self._csrf, allow_redirects=False
            ) as response:
                text = await response.read()
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unanswered(f"no answer ({_cause(error)})") from error
        finally:
            self._listener(request.method, status, time.monotonic() - began)
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            said = told(text) or response.reason or ""
            raise error_of(response.status, f"{response.status} {said}", _retry_after(response.headers))
        try:
            return response.status, orjson.loads(text) if text else None
        except orjson.JSONDecodeError as error:
            raise Rejected("the answer is no JSON", response.status) from error

    async def _fetch_csrf_token(self) -> None:
        client = str(uuid.uuid4())
        _, answer = await self._send_once(Request("GET", f"/csrf-token?client={client}"))
        self._csrf = {"Prefect-Csrf-Token": answer["token"], "Prefect-Csrf-Client": client}


def _headers(profile: Profile) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "X-PREFECT-API-VERSION": API_VERSION, **profile.headers}
    if profile.auth_string is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(profile.auth_string.encode()).decode()
    elif profile.api_key is not None:
        headers["Authorization"] = f"Bearer {profile.api_key}"
    return headers


def _tls(profile: Profile) -> ssl.SSLContext | bool:
    if not profile.verify_tls:
        return False
    if profile.ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=profile.ca_file)
    except OSError as error:
        raise UsageError(
            f"profile '{profile.name}' names certificates that cannot be read: {profile.ca_file}",
            "correct PREFECT_API_SSL_CERT_FILE",
        ) from error


def _cause(error: Exception) -> str:
    """What kept the answer away, without the URL, which may hold a password."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error.strerror or type(error.os_error).__name__
    return type(error).__name__


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait (RFC 9110, 10.2.3): a number of them, or a date."""
    value = headers.get("Retry-After")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
