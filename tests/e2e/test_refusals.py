"""What bad input gets: a line that names the thing and the way out, the documented exit code, nothing written."""

import http.server
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from migrator.embedded.valkey import valkey
from migrator.exit_codes import ExitCode
from tests.e2e.conftest import Ended, Home
from tests.e2e.serving import proxied, serving

pytestmark = pytest.mark.e2e

Ask = Callable[..., Any]
PAIR = ("--from", "source", "--to", "destination")
#: A port of this machine that nobody listens on.
NOBODY = "http://127.0.0.1:9/api"


def refused(ended: Ended, code: ExitCode, *words: str) -> None:
    """The exit code, an error of two lines at most that holds these words, and nothing on standard output."""
    assert ended.code == code, ended.err
    assert ended.out == ""
    error = ended.err[ended.err.index("error: ") :]
    assert len(error.strip().splitlines()) <= 2, error
    assert all(word in error for word in words), error
    assert "Traceback" not in ended.err


@pytest.fixture
def variables(ask: Ask) -> Iterator[Callable[[], int]]:
    """Counts the destination's variables; a refused command must not have changed them."""

    def count() -> int:
        return int(ask("destination", "POST", "/variables/count", {}))

    before = count()
    yield count
    assert count() == before


@pytest.mark.usefixtures("variables")
class TestProfiles:
    """Profiles that lead nowhere."""

    def test_an_unknown_profile_is_named_with_the_known_ones(self, home: Home) -> None:
        """Exit code 2."""
        ended = home.migrator("run", "--from", "sauce", "--to", "destination", "--yes")
        refused(ended, ExitCode.USAGE, "sauce", "source")

    def test_a_broken_profiles_file_is_named_with_its_line(self, home: Home) -> None:
        """Exit code 2; what is in the file, keys perhaps, is not shown."""
        (home.path / "profiles.toml").write_text("[profiles.source]\nPREFECT_API_KEY = pnu_secret\n")
        ended = home.migrator("run", *PAIR, "--yes")
        refused(ended, ExitCode.USAGE, "profiles.toml", "line 2")
        assert "pnu_secret" not in ended.err

    def test_an_unreachable_server_is_named(self, home: Home, tmp_path: Path) -> None:
        """Exit code 3."""
        lost = Home.made(tmp_path / "lost", {"source": {"PREFECT_API_URL": NOBODY}, "destination": _urls(home)})
        refused(lost.migrator("run", *PAIR, "--yes"), ExitCode.UNREACHABLE, "'source'", "cannot be reached")

    def test_a_url_that_is_no_prefect_api_is_named(self, tmp_path: Path, profiles: dict[str, dict[str, str]]) -> None:
        """Exit code 3."""
        with serving(http.server.SimpleHTTPRequestHandler) as url:
            lost = Home.made(tmp_path / "lost", {**profiles, "source": {"PREFECT_API_URL": url}})
            refused(lost.migrator("plan", *PAIR), ExitCode.UNREACHABLE, "'source'", "no Prefect API")

    @pytest.mark.parametrize("password", ["wrong:password", None])
    def test_wrong_credentials_are_said_to_be_wrong(
        self, tmp_path: Path, profiles: dict[str, dict[str, str]], password: str | None
    ) -> None:
        """Exit code 3; and the destination's password is never tried at the source (invariant 11)."""
        url = profiles["destination"]["PREFECT_API_URL"]
        wrong = {"PREFECT_API_URL": url} | ({"PREFECT_API_AUTH_STRING": password} if password else {})
        home = Home.made(tmp_path / "wrong", {"source": profiles["source"], "destination": wrong})
        refused(home.migrator("run", *PAIR, "--yes"), ExitCode.UNREACHABLE, "'destination'", "credentials", "401")


class TestOneWorkspaceTwice:
    """Invariant 11: a workspace is never its own destination."""

    def test_by_the_same_profile(self, home: Home) -> None:
        """Exit code 5."""
        ended = home.migrator("run", "--from", "source", "--to", "source", "--yes")
        refused(ended, ExitCode.REFUSED, "same workspace")

    @pytest.mark.parametrize("spelling", ["http://LOCALHOST:{port}/api/", "http://user@127.0.0.1:{port}/api"])
    def test_by_another_spelling_of_its_url(self, home: Home, spelling: str) -> None:
        """Exit code 5."""
        port = _urls(home, "source")["PREFECT_API_URL"].split(":")[2].split("/")[0]
        twice = {"source": _urls(home, "source"), "again": {"PREFECT_API_URL": spelling.format(port=port)}}
        made = Home.made(home.path / "twice", twice)
        refused(made.migrator("plan", "--from", "source", "--to", "again"), ExitCode.REFUSED, "same workspace")

    def test_by_its_identity(self, home: Home) -> None:
        """Exit code 5: behind a proxy the URL says nothing, the id of a protected block type does."""
        with proxied(_urls(home, "source")["PREFECT_API_URL"]) as url:
            twice = {"source": _urls(home, "source"), "again": {"PREFECT_API_URL": url}}
            made = Home.made(home.path / "twice", twice)
            ended = made.migrator("plan", "--from", "source", "--to", "again")
            refused(ended, ExitCode.REFUSED, "same workspace under two URLs")
            allowed = made.migrator("plan", "--from", "source", "--to", "again", "--allow-same-identity", "--json")
            assert allowed.form["totals"]["created"] == 0


def test_the_environment_changes_nothing(home: Home) -> None:
    """D-3, invariant 11: a named profile is what it says, whatever PREFECT_API_URL and PREFECT_PROFILE say."""
    misled = home.with_settings(PREFECT_API_URL=NOBODY, PREFECT_PROFILE="nobody", PREFECT_API_KEY="pnu_leak")
    mine, theirs = home.migrator("plan", *PAIR, "--json").form, misled.migrator("plan", *PAIR, "--json").form
    # How long a plan would take is found by trying, each time anew.
    del mine["estimate"], theirs["estimate"]
    assert mine == theirs


class TestSelection:
    """A selection that cannot be meant, and a plan that is not the approved one."""

    def test_a_pattern_that_names_no_kind(self, home: Home) -> None:
        """Exit code 2, with the kinds there are."""
        refused(home.migrator("plan", *PAIR, "--include", "deployments/*"), ExitCode.USAGE, "deployments/*", "flow")

    def test_a_pattern_that_matches_nothing(self, home: Home) -> None:
        """Exit code 2: a typing error is no empty migration."""
        refused(home.migrator("plan", *PAIR, "--include", "flow/elt"), ExitCode.USAGE, "nothing", "--include")

    @pytest.mark.usefixtures("variables")
    def test_another_plan_than_the_approved_one_is_not_run(self, home: Home) -> None:
        """Invariant 14, exit code 5: also where only the selection differs."""
        approved = home.migrator("plan", *PAIR, "--include", "variable", "--json").form["plan"]
        ended = home.migrator("run", *PAIR, "--include", "flow", "--yes", "--expect-plan", approved)
        refused(ended, ExitCode.REFUSED, approved, "has changed")


class TestQuestions:
    """Nothing is written that nobody agreed to."""

    def test_without_a_terminal_yes_must_be_said(self, home: Home) -> None:
        """Exit code 2."""
        refused(home.migrator("run", *PAIR), ExitCode.USAGE, "terminal", "--yes")


@pytest.mark.usefixtures("variables")
class TestRedis:
    """A Redis that cannot be trusted with a run."""

    @pytest.fixture
    def shared(self, home: Home, tmp_path: Path) -> Iterator[tuple[Home, "redis.Redis"]]:
        """A shared Redis of this test's own, and a home that uses it."""
        (tmp_path / "key").write_text("ab" * 32)
        with valkey(tmp_path / "redis") as url:
            settings = {"MIGRATOR_REDIS_URL": url, "MIGRATOR_SEALING_KEY_FILE": str(tmp_path / "key")}
            client = redis.Redis.from_url(url)
            yield home.with_settings(**settings), client
            client.close()

    def test_that_does_not_answer(self, home: Home, tmp_path: Path) -> None:
        """Exit code 3."""
        (tmp_path / "key").write_text("ab" * 32)
        lost = home.with_settings(
            MIGRATOR_REDIS_URL="redis://127.0.0.1:9", MIGRATOR_SEALING_KEY_FILE=str(tmp_path / "key")
        )
        refused(lost.migrator("run", *PAIR, "--yes"), ExitCode.UNREACHABLE, "Redis", "MIGRATOR_REDIS_URL")

    def test_that_may_evict_keys(self, shared: tuple[Home, "redis.Redis"]) -> None:
        """Exit code 5."""
        home, client = shared
        client.config_set("maxmemory-policy", "allkeys-lru")
        refused(home.migrator("run", *PAIR, "--yes"), ExitCode.REFUSED, "maxmemory-policy", "noeviction")

    def test_that_is_read_only(self, shared: tuple[Home, "redis.Redis"]) -> None:
        """Exit code 5."""
        home, client = shared
        client.replicaof("127.0.0.1", "9")
        refused(home.migrator("run", *PAIR, "--yes"), ExitCode.REFUSED, "read-only", "primary")
        client.replicaof("NO", "ONE")

    def test_that_keeps_nothing(self, shared: tuple[Home, "redis.Redis"]) -> None:
        """Exit code 5, unless it is accepted."""
        home, client = shared
        client.config_set("appendonly", "no")
        refused(home.migrator("run", *PAIR, "--yes"), ExitCode.REFUSED, "append-only", "--accept-volatile")

    def test_that_is_shared_needs_a_sealing_key(self, shared: tuple[Home, "redis.Redis"]) -> None:
        """Exit code 2."""
        home, _ = shared
        keyless = Home(home.path, {k: v for k, v in home.environment.items() if k != "MIGRATOR_SEALING_KEY_FILE"})
        refused(keyless.migrator("run", *PAIR, "--yes"), ExitCode.USAGE, "sealing key", "MIGRATOR_SEALING_KEY_FILE")


def test_a_setting_that_cannot_be_is_named(home: Home) -> None:
    """Exit code 2."""
    wrong = home.with_settings(MIGRATOR_CONCURRENCY="many")
    refused(wrong.migrator("plan", *PAIR), ExitCode.USAGE, "MIGRATOR_CONCURRENCY")


def test_a_run_that_is_none_is_named(home: Home) -> None:
    """Exit code 2."""
    refused(home.migrator("report", "20200101-000000-abcdef"), ExitCode.USAGE, "no run 20200101-000000-abcdef")


def _urls(home: Home, profile: str = "destination") -> dict[str, str]:
    settings: dict[str, str] = tomllib.loads((home.path / "profiles.toml").read_text())["profiles"][profile]
    return settings
