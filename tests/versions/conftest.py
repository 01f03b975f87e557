"""Real Prefect servers of other versions, each from a venv of its own, which `make test-versions` makes."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from migrator.demo.servers import PrefectServer, start
from tests.e2e.conftest import Home
from tests.versions.filling import fill_source

ROOT = Path(__file__).parents[2]
#: The version that is installed beside Migrator itself.
CURRENT = "3.8.8"


#: Prefect 2 has automations only where they are switched on.
WITH_AUTOMATIONS = "2.20.25 with automations"
_SWITCHED_ON = {"PREFECT_EXPERIMENTAL_EVENTS": "true", "PREFECT_API_SERVICES_TRIGGERS_ENABLED": "true"}


@contextmanager
def a_server(version: str) -> Iterator[PrefectServer]:
    """An empty server of a version, for as long as the block lasts."""
    environment = _SWITCHED_ON if version == WITH_AUTOMATIONS else {}
    python = sys.executable if version == CURRENT else _python(version.partition(" ")[0])
    with TemporaryDirectory(prefix="migrator-versions-", ignore_cleanup_errors=True) as directory:
        server = start(Path(directory), environment=environment, python=python)
        try:
            server.wait_until_healthy()
            yield server
        finally:
            server.stop()


def _python(version: str) -> str:
    python = ROOT / ".versions" / version / "bin" / "python"
    if not python.exists():
        pytest.fail(f"there is no Prefect {version} in {python}: make test-versions")
    return str(python)


@dataclass
class Sources:
    """Filled workspaces by version, each filled when it is asked for the first time."""

    stack: ExitStack
    servers: dict[str, PrefectServer] = field(default_factory=dict)

    def __getitem__(self, version: str) -> PrefectServer:
        if version not in self.servers:
            self.servers[version] = self.stack.enter_context(a_server(version))
            fill_source(self.servers[version].api_url)
        return self.servers[version]


@pytest.fixture(scope="session")
def sources() -> Iterator[Sources]:
    """Sources for the whole session."""
    with ExitStack() as stack:
        yield Sources(stack)


@pytest.fixture(scope="module")
def home_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[PrefectServer, PrefectServer], Home]:
    """Makes a home with the profiles `source` and `destination`."""

    def home_of(source: PrefectServer, destination: PrefectServer) -> Home:
        urls = {"source": source.api_url, "destination": destination.api_url}
        profiles = {name: {"PREFECT_API_URL": url} for name, url in urls.items()}
        return Home.made(tmp_path_factory.mktemp("home"), profiles)

    return home_of
