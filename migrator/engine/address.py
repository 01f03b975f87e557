"""The address of a Redis: its URL, whose options may name a file with the password, read for every connection anew."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from redis.credentials import CredentialProvider
from redis.exceptions import AuthenticationError

from migrator.errors import UsageError
from migrator.settings import Settings

#: The option of a URL that names the file with the password; all others are redis-py's.
PASSWORD_FILE = "password_file"  # noqa: S105 - where a password is, is none
#: Redis-py's own, with the certificates of who may vouch for the server.
CA_FILE = "ssl_ca_certs"
#: What each file is to a user.
FILES = {PASSWORD_FILE: "MIGRATOR_REDIS_PASSWORD_FILE", CA_FILE: "MIGRATOR_REDIS_CA_FILE"}


class PasswordFile(CredentialProvider):
    """A password that may be rotated while processes run: whoever connects reads it.

    Args:
        user: Whose password it is.
        path: The file; a line break at its end does not belong to the password.
    """

    def __init__(self, user: str, path: Path) -> None:
        self._user = user
        self._path = path

    def get_credentials(self) -> tuple[str, str]:
        """User and password, as they are now.

        Raises:
            AuthenticationError: The file cannot be read.
        """
        try:
            return self._user, self._path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise AuthenticationError(f"the password file {self._path} cannot be read: {why}") from error

    async def get_credentials_async(self) -> tuple[str, str]:
        """The same; a file of one line is read at once."""
        return self.get_credentials()


def shared_redis(settings: Settings) -> str | None:
    """The address of the Redis that the settings name, with the files that its clients read; None if they name none.

    Raises:
        UsageError: The settings contradict each other.
    """
    url, files = settings.redis_url, {PASSWORD_FILE: settings.redis_password_file, CA_FILE: settings.redis_ca_file}
    added = urlencode({name: str(path) for name, path in files.items() if path is not None})
    if url is None or not added:
        return url
    _refuse_contradiction(url, settings)
    return f"{url}{'&' if '?' in url else '?'}{added}"


def may_rotate(url: str) -> bool:
    """Whether a password that is refused may be another one in a moment."""
    return PASSWORD_FILE in dict(parse_qsl(urlsplit(url).query))


def arguments_of(url: str) -> dict[str, Any]:
    """What the `from_url` of either client of redis-py is given to connect to an address.

    Raises:
        ValueError: It is no URL.
        UsageError: A file that it names cannot be read.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    for name in FILES.keys() & options.keys():
        _refuse_unreadable(Path(options[name]), FILES[name])
    path = options.pop(PASSWORD_FILE, None)
    if path is None:
        return {"url": url}
    # Redis-py takes either a user of the URL or whom the file speaks for.
    place = parts.netloc.rpartition("@")[2] + parts.path
    user = unquote(parts.username or "default")
    # Not by `urlunsplit`, which leaves out the slashes before no host, and with them unix:// is none.
    nobody = f"{parts.scheme}://{place}?{urlencode(options)}"
    return {"url": nobody, "credential_provider": PasswordFile(user, Path(path))}


def _refuse_unreadable(path: Path, setting: str) -> None:
    try:
        path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", f"let {setting} name the right file") from error


def _refuse_contradiction(url: str, settings: Settings) -> None:
    if settings.redis_ca_file is not None and not url.startswith("rediss://"):
        raise UsageError(
            "MIGRATOR_REDIS_CA_FILE is of use with TLS only", "let MIGRATOR_REDIS_URL begin with rediss://"
        )
    if settings.redis_password_file is not None and ":" in urlsplit(url).netloc.rpartition("@")[0]:
        raise UsageError(
            "there are two passwords for Redis, in MIGRATOR_REDIS_URL and in MIGRATOR_REDIS_PASSWORD_FILE",
            "let the URL name the user alone: rediss://user@host:port/number",
        )
