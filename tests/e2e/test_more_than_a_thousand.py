"""More of a kind than several pages hold arrives whole."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrator.demo.servers import PrefectServer
from migrator.exit_codes import ExitCode
from migrator.kinds.kind import Request
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace
from tests.e2e.conftest import Home, rows_of
from tests.e2e.prefect import Prefect

pytestmark = pytest.mark.e2e

#: More than five full pages of what is cheap to make.
COUNT = 1_050
PAIR = ("--from", "source", "--to", "destination")


@pytest.fixture
def sides(prefect: Prefect) -> Iterator[list[PrefectServer]]:
    """A source with many variables, and an empty destination."""
    with prefect.servers({}, {}) as servers:
        asyncio.run(_fill(servers[0].api_url))
        yield servers


async def _fill(url: str) -> None:
    async with Workspace(Profile("source", url), Pressure(1)) as workspace:
        for number in range(COUNT):
            await workspace.send(Request("POST", "/variables/", {"name": f"v{number:04}", "value": number}))


def test_more_than_a_thousand_of_a_kind_arrive(sides: list[PrefectServer], tmp_path: Path) -> None:
    """Invariant 1: each once, with its own value."""
    profiles = {name: {"PREFECT_API_URL": side.api_url} for name, side in zip(PAIR[1::2], sides, strict=True)}
    home = Home.made(tmp_path / "home", profiles)
    ran = home.migrator("run", *PAIR, "--yes", "--json")
    assert ran.code == ExitCode.LANDED, ran.err
    variables = ran.form["kinds"]["variable"]
    assert variables["discovered"] == variables["created"] == COUNT
    # Design 8: pages, counts and first contacts are all that there is besides the creates.
    assert sum(ran.form["requests"].values()) <= 1.10 * COUNT
    arrived = {row["name"]: row["value"] for row in rows_of(sides[1])["variable"]}
    assert arrived == {f"v{number:04}": number for number in range(COUNT)}
    assert home.migrator("verify", *PAIR).code == ExitCode.LANDED
