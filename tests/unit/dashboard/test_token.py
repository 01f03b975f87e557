"""The token opens the page, and nothing else does."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.dashboard.token import SHORTEST, Token, read_token
from migrator.errors import UsageError

TOKEN = Token("a token of many letters")
texts = st.text(max_size=40)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_it_is_given_in_a_header(scheme: str) -> None:
    """However its scheme is spelled (RFC 9110, 11.1)."""
    assert TOKEN.admits(f"{scheme} {TOKEN.text}", "")


def test_it_is_given_by_its_cookie() -> None:
    """Which does not hold the token itself."""
    assert TOKEN.admits("", TOKEN.cookie)
    assert TOKEN.text not in TOKEN.cookie


@given(texts, texts)
def test_nothing_else_admits(authorization: str, cookie: str) -> None:
    """Nor what another token's cookie is, in whatever letters."""
    assert not TOKEN.admits(authorization, cookie)
    assert not TOKEN.admits(f"Basic {TOKEN.text}", Token(f"{authorization} and more").cookie)


def test_it_is_not_shown(tmp_path: Path) -> None:
    """Not even in a trace."""
    path = tmp_path / "token"
    path.write_text(f"{TOKEN.text}\n")
    assert read_token(path) == TOKEN
    assert TOKEN.text not in repr(read_token(path))


@pytest.mark.parametrize("content", [b"", b"too short\n", b"\xff\xfe" * SHORTEST])
def test_a_file_without_a_good_one_is_refused(tmp_path: Path, content: bytes) -> None:
    """Empty, short enough to be guessed, or no text."""
    path = tmp_path / "token"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="token"):
        read_token(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With the way to make one."""
    with pytest.raises(UsageError) as refused:
        read_token(tmp_path / "none")
    assert "openssl" in refused.value.advice
