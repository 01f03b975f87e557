"""What the coordinator holds in memory: indexes, a bounded number of bytes a resource, and never the bodies."""

import asyncio
import gc
import os
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from migrator.coordinator.migrating import Audience, Order, migrate
from migrator.coordinator.survey import Pair, Progress
from migrator.coordinator.terms import Terms
from migrator.engine.standing import Standing
from migrator.model.plan import OnExisting
from migrator.planning.selection import EVERYTHING
from migrator.prefect_api.profiles import Profile
from migrator.reporting.model import RunForm
from migrator.reporting.terminal.ended import show_run
from migrator.reporting.terminal.planned import show_plan
from migrator.reporting.writing import json_of
from migrator.settings import Settings
from tests.integration.large_workspace import LargeWorkspace

#: Bytes a resource; one that both sides have is one on each.
BOUND = 1024
#: Bytes a resource that may be left while a run is carried out: caches grow a little with use.
LEFT = 64
PAIR = Pair(Profile("source", "http://source/api"), Profile("destination", "http://destination/api"))


@dataclass
class Migration:
    """A migration of a workspace of some size, and the bytes that it takes.

    Attributes:
        settings: Of the command.
        sizes: By profile, the hundreds of resources.
        resources: How many were found.
        peaks: By stage, the bytes at most.
        left: Bytes that are held while the run is carried out.
    """

    settings: Settings
    sizes: dict[str, int]
    resources: int = 0
    peaks: dict[str, int] = field(default_factory=dict)
    left: int = 0

    def carry_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Survey, plan, show, publish, and report; workers have no part in it."""
        monkeypatch.setattr("migrator.coordinator.survey.workspace_of", self._workspace)
        monkeypatch.setattr("migrator.coordinator.migrating.carry_out", self._run)
        order = Order(Terms(PAIR, EVERYTHING, held=True, on_existing=OnExisting.KEEP), None, workers=0)
        audience = Audience(self._listening, self._show_plan, running=_running)
        with traced():
            form = asyncio.run(migrate(order, self.settings, audience))
            with Path(os.devnull).open("w") as out:
                show_run(Console(file=out), form)
                out.writelines(json_of(form))
            self._end("report")
        self.resources = form.totals.discovered

    def _workspace(self, profile: Profile, _: Settings) -> LargeWorkspace:
        return LargeWorkspace(profile, list(self.sizes).index(profile.name), self.sizes[profile.name])

    @contextmanager
    def _listening(self) -> Iterator[Progress]:
        yield lambda _profile, _kind, _rows: None
        self._end("listing")

    def _show_plan(self, form: RunForm) -> None:
        self._end("inventories and plan")
        with Path(os.devnull).open("w") as out:
            show_plan(Console(file=out), form)
        self._end("plan's report")

    async def _run(self, *_: object, **_how: object) -> None:
        self._end("publication")
        gc.collect()
        self.left, _peak = tracemalloc.get_traced_memory()

    def _end(self, stage: str) -> None:
        self.peaks[stage] = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()


@pytest.mark.parametrize(("there", "size"), [(0, 16), (1, 8)], ids=["nothing is there", "everything is there"])
def test_memory_grows_by_at_most_a_kilobyte_a_resource(
    there: int, size: int, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound of 1 KB a resource, at the peak of each stage of a migration; and nothing of it while the run goes on.

    Counted is what a workspace takes more than one of half its size, so that what every migration takes falls out. Both
    are of sizes at which tables have just grown, which is when most of their room is empty.
    """
    key = tmp_path / "key"
    key.write_text("0" * 64)
    settings = Settings(redis_url=redis_url, sealing_key_file=key, accept_volatile=True)
    _, small, large = (
        carried_out(Migration(settings, {"source": hundreds, "destination": hundreds * there}), monkeypatch)
        for hundreds in (1, size, 2 * size)
    )
    resources = (large.resources - small.resources) * (1 + there)
    taken = {stage: (peak - small.peaks[stage]) / resources for stage, peak in large.peaks.items()}

    assert {stage: size for stage, size in taken.items() if size > BOUND} == {}
    assert max(taken.values()) > BOUND / 4, "it was not measured"
    assert (large.left - small.left) / resources <= LEFT


def carried_out(migration: Migration, monkeypatch: pytest.MonkeyPatch) -> Migration:
    """A migration when it has ended."""
    migration.carry_out(monkeypatch)
    return migration


@contextmanager
def traced() -> Iterator[None]:
    """Counts the bytes that are allocated from here on."""
    gc.collect()
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


@contextmanager
def _running(_run_id: str) -> Iterator[Callable[[Standing | None], None]]:
    yield lambda _standing: None
