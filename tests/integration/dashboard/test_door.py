"""The door of the page: who may come in, under which name, and what browsers are told about it."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest

from migrator.dashboard.token import COOKIE, Token
from tests.integration.dashboard.conftest import TOKEN
from tests.served_page import COMMAND, PATIENCE, ServedPage

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("path", ["/", "/runs/last", "/runs/last/events", "/runs/last/resources?kind=flow", "/nothing"])
def test_without_the_token_nothing_is_told(locked_page: ServedPage, path: str) -> None:
    """Not even whether there is such a page; a person is shown the form for the token."""
    answer = locked_page.ask(path)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert 'type="password"' in answer.text
    assert f'name="path" value="{path}"' in answer.text


@pytest.mark.parametrize("host", ["x/static/?", "x/login?", "x/static/#", "x\\@y/static/?"])
def test_a_host_that_is_half_a_path_opens_nothing(locked_page: ServedPage, host: str) -> None:
    """What is asked for is in the first line of a request, whatever it says of its host."""
    assert locked_page.ask("/", Host=host).status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer another token of it"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Cookie": f"{COOKIE}={TOKEN}"},
    ],
)
def test_another_token_opens_nothing(locked_page: ServedPage, headers: Mapping[str, str]) -> None:
    """Nor the token itself where its cookie belongs."""
    assert locked_page.ask("/", **headers).status == 401


def test_a_script_gives_the_token_in_a_header(locked_page: ServedPage) -> None:
    """As `Authorization: Bearer`."""
    assert locked_page.ask("/", Authorization=f"Bearer {TOKEN}").status == 200


def test_a_browser_gives_the_token_once(locked_page: ServedPage) -> None:
    """And is led to where it was going, with a cookie that scripts cannot read and other sites cannot send."""
    answer = locked_page.ask(
        "/login", method="POST", body=urlencode({"token": TOKEN, "path": "/runs/last?a=b"}), **FORM
    )
    assert (answer.status, answer.headers["location"]) == (303, "/runs/last?a=b")
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert TOKEN not in cookie
    assert locked_page.ask("/", Cookie=cookie.partition(";")[0]).status == 200


def test_a_wrong_token_is_asked_for_again(locked_page: ServedPage) -> None:
    """And is not repeated on the page."""
    answer = locked_page.ask("/login", method="POST", body=urlencode({"token": "not this one", "path": "/"}), **FORM)
    assert answer.status == 401
    assert "That is not the token." in answer.text
    assert "not this one" not in answer.text


def test_a_form_that_is_too_large_is_not_read(locked_page: ServedPage) -> None:
    """Nobody who has no token fills our memory."""
    assert locked_page.ask("/login", method="POST", body=f"token={'x' * 100_000}", **FORM).status == 401


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:1", "[::1]:4208"])
def test_on_this_machine_it_answers_to_its_own_names(page: ServedPage, host: str) -> None:
    """With whatever port: a tunnel has another."""
    assert page.ask("/", Host=host).status == 200


@pytest.mark.parametrize("host", ["evil.test", "evil.test:4208", "localhost.evil.test", "192.168.0.7", ""])
def test_on_this_machine_it_answers_to_no_other_name(page: ServedPage, host: str) -> None:
    """A name of somebody else's may have been made to lead here (DNS rebinding)."""
    assert page.ask("/", Host=host).status == 421


def test_nothing_of_it_is_embedded_kept_or_loaded_from_elsewhere(page: ServedPage) -> None:
    """Every answer says so, and holds itself to it: no script and no style stands in a page."""
    for path in ("/", "/runs/none", "/static/page.js"):
        answer = page.ask(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"


def test_it_is_asked_only_to_show(page: ServedPage) -> None:
    """Whatever would change something is no method of it."""
    assert {page.ask("/runs/last", method=method).status for method in ("POST", "PUT", "DELETE", "PATCH")} == {405}


def test_it_does_not_listen_elsewhere_without_a_token(surroundings: Mapping[str, str]) -> None:
    """It says what to do, and listens to nobody meanwhile."""
    ended = subprocess.run(
        [*COMMAND, "--host", "0.0.0.0"],  # noqa: S104
        env=dict(surroundings),
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ended.returncode == 5
    assert "--token-file FILE" in ended.stderr


def test_the_token_comes_from_the_environment_too(surroundings: Mapping[str, str], tmp_path: Path) -> None:
    """A file that is not there is said at once."""
    environment = {**surroundings, "MIGRATOR_DASHBOARD_TOKEN_FILE": str(tmp_path / "none")}
    ended = subprocess.run(COMMAND, env=environment, check=False, capture_output=True, text=True, timeout=PATIENCE)
    assert ended.returncode == 2
    assert "cannot be read as a token" in ended.stderr
    assert Token(TOKEN).cookie not in ended.stderr
