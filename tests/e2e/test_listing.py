"""Servers that are set up in ways of their own are read and written all the same."""

from pathlib import Path

import pytest

from migrator.exit_codes import ExitCode
from tests.e2e.conftest import Home
from tests.e2e.prefect import Prefect

pytestmark = pytest.mark.e2e


def test_small_pages_and_csrf_protection_are_no_obstacle_to_a_live_move(
    tmp_path: Path, prefect: Prefect, profiles: dict[str, dict[str, str]]
) -> None:
    """Invariant 1: a server whose pages are smaller than ours is paged to its end; one may ask for CSRF tokens.

    Moved live, both sides are alike to who knows nothing of the run: what acts at the source acts here.
    """
    settings = {"PREFECT_SERVER_API_DEFAULT_LIMIT": "9", "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true"}
    with prefect.server(**settings) as server:
        made = Home.made(tmp_path / "home", {**profiles, "particular": {"PREFECT_API_URL": server.api_url}})
        there = made.migrator("run", "--from", "source", "--to", "particular", "--live", "--yes", "--json")
        assert there.code == ExitCode.LANDED, there.err
        back = made.migrator("plan", "--from", "particular", "--to", "source", "--json")
        verified = made.migrator("verify", "--from", "source", "--to", "particular", "--json")
        assert verified.code == ExitCode.LANDED, verified.out
        expected, found = ({r["key"] for r in ended.form["resources"]} for ended in (there, back))
        assert found == expected
        assert back.form["totals"]["created"] == 0
