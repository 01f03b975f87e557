"""`migrator doctor` on real servers: what is well, what is not, and how to mend it, before anything is risked."""

import http.server
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import redis

from migrator.embedded.valkey import valkey
from migrator.exit_codes import ExitCode
from tests.e2e.conftest import Ended, Home, Servers
from tests.e2e.serving import proxied, serving

pytestmark = pytest.mark.e2e

PAIR = ("--from", "source", "--to", "destination")
#: A port of this machine that nobody listens on.
NOBODY = "http://127.0.0.1:9/api"

Ask = Callable[..., Any]
Profiles = Mapping[str, Mapping[str, str]]


def findings(ended: Ended, verdict: str) -> dict[tuple[str, str], dict[str, Any]]:
    """What was found to be so, by subject and check."""
    found = [finding for finding in ended.form["findings"] if finding["verdict"] == verdict]
    return {(finding["subject"], finding["check"]): finding for finding in found}


def only_wrong(ended: Ended, code: ExitCode, subject: str, check: str) -> dict[str, Any]:
    """The one thing that is wrong, which has made the exit code; it says how to mend it."""
    assert ended.code == code == ended.form["code"], ended.err
    assert list(findings(ended, "wrong")) == [(subject, check)]
    finding = findings(ended, "wrong")[subject, check]
    assert finding["advice"]
    return finding


def test_where_all_is_well_every_check_has_its_tick_and_nothing_is_left_behind(home: Home, ask: Ask) -> None:
    """Invariant 7: nothing is written to either workspace; and there is no state where there was none."""
    before = [ask(side, "POST", "/variables/count", {}) for side in ("source", "destination")]
    ended = home.migrator("doctor", *PAIR)
    assert ended.code == ExitCode.LANDED, ended.out
    assert ended.err == ""
    # A busy machine may be slow to answer, which is to know about.
    assert ended.out.splitlines()[-1].startswith("Nothing is wrong.")
    assert [line for line in ended.out.splitlines() if not line.startswith(" ")][:-1] == [
        *("here", "source", "destination", "redis", "workers")
    ]
    assert not (home.path / "state").exists()
    assert [ask(side, "POST", "/variables/count", {}) for side in ("source", "destination")] == before


def test_what_the_credentials_may_not_do_is_known_before_anything_is_written(home: Home, servers: Servers) -> None:
    """Proxies of ours stand in for roles of Prefect Cloud: one hides secrets, the other may only look.

    Invariant 11: that both lead to one workspace is found by its identity. That a server was busy once is no news.
    """
    busy = iter([503])

    def hiding(body: bytes) -> bytes:
        return body.replace(b'"include_secrets":true', b'"include_secrets":false')

    def looking(method: str, path: str, _body: bytes) -> int | None:
        return 403 if method == "POST" and path == "/variables/" else None

    def once_busy(_method: str, path: str, _body: bytes) -> int | None:
        return next(busy, None) if path == "/flows/filter" else None

    url = servers.source.api_url
    with proxied(url, hiding, once_busy) as masked, proxied(url, fate=looking) as viewer:
        Home.made(home.path, {"source": {"PREFECT_API_URL": masked}, "destination": {"PREFECT_API_URL": viewer}})
        ended = home.migrator("doctor", *PAIR, "--json")
    wrong = findings(ended, "wrong")
    assert list(wrong) == [("destination", "creating"), ("destination", "another")]
    assert "may not create: 403" in wrong["destination", "creating"]["reason"]
    assert "--secrets" in findings(ended, "warning")["source", "secrets"]["advice"]


def test_all_that_is_wrong_with_both_sides_is_said_at_once(home: Home, profiles: Profiles) -> None:
    """A server that is down does not keep a wrong password from being found; the password is not shown."""
    wrong = {**profiles["destination"], "PREFECT_API_AUTH_STRING": "wrong:password"}
    Home.made(home.path, {"source": {"PREFECT_API_URL": NOBODY}, "destination": wrong})
    ended = home.migrator("doctor", *PAIR, "--json")
    assert ended.code == ExitCode.UNREACHABLE
    found = findings(ended, "wrong")
    assert list(found) == [("source", "reachable"), ("destination", "reachable")]
    assert "cannot be reached" in found["source", "reachable"]["reason"]
    assert "refuses the credentials" in found["destination", "reachable"]["reason"]
    assert "wrong:password" not in ended.out


def test_an_unknown_profile_is_named_with_the_one_that_was_meant(home: Home) -> None:
    """And the other side is looked at all the same."""
    ended = home.migrator("doctor", "--from", "sorce", "--to", "destination", "--json")
    assert "'source'" in only_wrong(ended, ExitCode.USAGE, "source", "profile")["advice"]
    assert ("destination", "version") in findings(ended, "fine")


class _Prefect2(http.server.BaseHTTPRequestHandler):
    """A stand-in that answers a first contact as a server of Prefect 2.20 does; real ones: tests/versions."""

    ANSWERS = ((b"/version", b'"2.20.25"'), (b"/secret", b'{"id": "2f0f5d52-8d0b-4a51-b1c4-0f4f3a9f6f10"}'))

    def do_GET(self) -> None:
        """Its version, and the identity of its database."""
        path = self.path.encode()
        text = next((answer for ending, answer in self.ANSWERS if path.endswith(ending)), b"{}")
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def test_a_server_of_prefect_2_is_no_destination(home: Home, profiles: Profiles) -> None:
    """Neither for the doctor nor for a plan."""
    with serving(_Prefect2) as url:
        Home.made(home.path, {"source": profiles["source"], "destination": {"PREFECT_API_URL": url}})
        found = findings(home.migrator("doctor", *PAIR, "--json"), "wrong")
        assert "2.20.25" in found["destination", "version"]["reason"]
        planned = home.migrator("plan", *PAIR)
        assert planned.code == ExitCode.REFUSED
        assert "can only be a source" in planned.err


class TestRedis:
    """A shared Redis that cannot be trusted with a run."""

    @pytest.fixture
    def shared(self, home: Home, tmp_path: Path) -> Iterator[tuple[Home, "redis.Redis"]]:
        """A shared Redis of this test's own, and a home that uses it."""
        (tmp_path / "key").write_text("ab" * 32)
        (tmp_path / "key").chmod(0o600)
        with valkey(tmp_path / "redis") as url, redis.Redis.from_url(url) as client:
            settings = {"MIGRATOR_REDIS_URL": url, "MIGRATOR_SEALING_KEY_FILE": str(tmp_path / "key")}
            yield home.with_settings(**settings), client

    def test_a_volatile_one_that_evicts_is_found_and_nothing_stays_in_it(
        self, shared: tuple[Home, "redis.Redis"]
    ) -> None:
        """Both at once; that it is volatile can be accepted, and is a warning then."""
        home, client = shared
        client.config_set("appendonly", "no")
        client.config_set("maxmemory-policy", "allkeys-lru")
        ended = home.migrator("doctor", "--json")
        assert ended.code == ExitCode.REFUSED
        assert list(findings(ended, "wrong")) == [("redis", "policy"), ("redis", "persistence")]
        client.config_set("maxmemory-policy", "noeviction")
        accepted = home.migrator("doctor", "--accept-volatile", "--json")
        assert accepted.code == ExitCode.LANDED
        assert ("redis", "persistence") in findings(accepted, "warning")
        assert client.dbsize() == 0

    def test_one_that_is_down_is_found(self, home: Home) -> None:
        """Exit code 3."""
        (home.path / "key").write_text("ab" * 32)
        lost = home.with_settings(
            MIGRATOR_REDIS_URL="redis://127.0.0.1:9", MIGRATOR_SEALING_KEY_FILE=str(home.path / "key")
        )
        only_wrong(lost.migrator("doctor", "--json"), ExitCode.UNREACHABLE, "redis", "reachable")
