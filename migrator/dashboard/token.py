"""The token that the page asks for, and how a browser shows that it was given it."""

import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path

from migrator.errors import UsageError

#: Characters that nobody guesses: 16 of hexadecimal digits are 64 bits.
SHORTEST = 16
#: The cookie that a browser gets for the token.
COOKIE = "migrator-dashboard"
_SCHEME = "bearer "


@dataclass(frozen=True)
class Token:
    """What opens the page.

    Attributes:
        text: The token itself.
    """

    text: str = field(repr=False)

    @property
    def cookie(self) -> str:
        """What a browser keeps instead of the token: it opens the same page, and does not tell the token."""
        return hmac.new(self.text.encode(), COOKIE.encode(), hashlib.sha256).hexdigest()

    def is_given(self, text: str) -> bool:
        """Whether a text is the token; how long that takes does not tell how much of it is right."""
        return hmac.compare_digest(text.encode(), self.text.encode())

    def admits(self, authorization: str, cookie: str) -> bool:
        """Whether a request with these headers may see the page."""
        named, given = authorization[: len(_SCHEME)], authorization[len(_SCHEME) :]
        if named.lower() == _SCHEME and self.is_given(given.strip()):
            return True
        return hmac.compare_digest(cookie.encode(), self.cookie.encode())


def read_token(path: Path) -> Token:
    """The token that a file holds.

    Raises:
        UsageError: There is no such file, or what it holds is too short.
    """
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} cannot be read as a token", "make one: openssl rand -hex 32 > FILE; chmod 600 FILE"
        ) from error
    if len(text) < SHORTEST:
        raise UsageError(
            f"the token in {path} has {len(text)} characters", f"it needs {SHORTEST}: openssl rand -hex 32 > {path}"
        )
    return Token(text)
