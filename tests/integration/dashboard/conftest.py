"""The page on the session's Valkey, for all tests of it; and one that asks for a token."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.integration.engine.bench import Bench, bench_on
from tests.served_page import ServedPage, served_page

TOKEN = "the token of the tests"  # noqa: S105 - of a page that lives for one test run


@pytest.fixture(scope="session")
def surroundings(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment of a page: nothing of the user's."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MIGRATOR_"))}
    state = str(tmp_path_factory.mktemp("state"))
    return {**ours, "MIGRATOR_REDIS_URL": redis_url, "MIGRATOR_STATE_DIR": state}


@pytest.fixture(scope="session")
def page(surroundings: Mapping[str, str]) -> Iterator[ServedPage]:
    """The page, for this machine only."""
    with served_page(surroundings) as page:
        yield page


@pytest.fixture(scope="session")
def token_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What holds the token."""
    path = tmp_path_factory.mktemp("token") / "page.token"
    path.write_text(f"{TOKEN}\n")
    return path


@pytest.fixture(scope="session")
def locked_page(surroundings: Mapping[str, str], token_file: Path) -> Iterator[ServedPage]:
    """The page, for other machines too."""
    with served_page(surroundings, "--host", "0.0.0.0", "--token-file", str(token_file)) as page:  # noqa: S104
        yield page


@pytest.fixture
def bench(redis_url: str, run_id: str) -> Iterator[Bench]:
    """A run of this test's own, not published yet."""
    with bench_on(redis_url, run_id) as bench:
        yield bench
