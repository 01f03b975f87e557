"""A Prefect server whose best concurrency nobody has told, found out by trying and by a sweep."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.form import ContestForm
from benchmarks.rivals import Measure, contest
from benchmarks.scale.comparing import best_first, processes_called
from benchmarks.scale.migration import ADAPTING, FIXED, PROFILE, USUAL, Fleet, Load, migrate
from benchmarks.transfer import DATABASES
from benchmarks.transfer.stage import Databases
from migrator.demo.servers import PrefectServer, start
from migrator.engine.record import Workspace
from migrator.prefect_api.contact import reach
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace as Client

#: Requests in flight of one process, with which a Prefect server is tried.
SWEEP = (1, 2, 4, 8, 16)
#: Variables that are created at a Prefect server each time.
AT_A_SERVER = 1000


def prefect_server(database: str, rounds: int) -> ContestForm:
    """Concurrency that adapts, against fixed ones, where the best is not known."""
    fleets = {f"1 worker process, fixed at {number}": Fleet(1, number, FIXED) for number in SWEEP}
    fleets |= {f"{processes_called(number)}, left to adapt": Fleet(number, USUAL, ADAPTING) for number in (1, 2)}
    with DATABASES[database]() as databases, _serving(databases) as server:
        side = asyncio.run(_contact(server.api_url))
        rivals: dict[str, Measure] = {name: partial(_at_server, side, fleet) for name, fleet in fleets.items()}
        return best_first(contest(f"concurrency at a Prefect server on {databases.name}", rivals, rounds))


@contextmanager
def _serving(databases: Databases) -> Iterator[PrefectServer]:
    databases.create(PROFILE)
    with tempfile.TemporaryDirectory() as home:
        server = start(Path(home), environment={"PREFECT_API_DATABASE_CONNECTION_URL": databases.url(PROFILE)})
        try:
            server.wait_until_healthy()
            yield server
        finally:
            server.stop()


async def _contact(url: str) -> Workspace:
    async with Client(Profile(PROFILE, url), Pressure(1)) as client:
        return Workspace.model_validate(await reach(client))


def _at_server(side: Workspace, fleet: Fleet) -> Mapping[str, float]:
    return {"creates/s": AT_A_SERVER / migrate(Load(side, AT_A_SERVER), fleet).seconds}
