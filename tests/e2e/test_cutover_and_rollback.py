"""From a held migration to production on the other side, back again, and undone; all between real servers."""

import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import pytest

from migrator.demo.servers import PrefectServer
from migrator.exit_codes import ExitCode
from tests.e2e.conftest import PATIENCE, Ended, Home, Servers, asking, wait_until

pytestmark = pytest.mark.e2e

Ask = Callable[..., Any]
WAVE = ("--include", "deployment/etl/*")
MIGRATE = ("run", "--from", "source", "--to", "empty")
YES = ("--yes", "--json")
HOURLY = "deployment/etl/hourly"
#: What is at the destination before: deployments that arrive will share it.
SHARED_LIMIT = "database-slots"
LISTS = ("variables", "flows", "deployments", "work_pools", "v2/concurrency_limits")
Acting = dict[str, bool]


def alike(name: str) -> str:
    """A name as both sides have it: an id in it is its own server's."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", name)


@dataclass(frozen=True)
class Stage:
    """Both sides, and a home whose profiles lead to them."""

    home: Home
    source: Ask
    destination: Ask

    def acting(self, side: str) -> Acting:
        """Of everything that may act by itself on a side: whether it does."""
        ask = self.source if side == "source" else self.destination
        flows = {row["id"]: row["name"] for row in ask("POST", "/flows/filter", {})}
        deployments, automations = (ask("POST", f"/{what}/filter", {}) for what in ("deployments", "automations"))
        return {
            **{f"deployment/{flows[row['flow_id']]}/{alike(row['name'])}": not row["paused"] for row in deployments},
            **{f"automation {alike(row['name'])} {row['description']}": row["enabled"] for row in automations},
        }

    def both(self) -> tuple[Acting, Acting]:
        """The same of both sides."""
        return self.acting("source"), self.acting("destination")

    def names_at_the_destination(self) -> dict[str, list[str]]:
        """What some of its lists hold."""
        return {what: [row["name"] for row in self.destination("POST", f"/{what}/filter", {})] for what in LISTS}

    @contextmanager
    def watched(self) -> Iterator["Watch"]:
        """Looks at both sides all the time, for what acts on both."""
        watch = Watch(self)
        thread = threading.Thread(target=watch.look)
        thread.start()
        try:
            yield watch
        finally:
            watch.over.set()
            thread.join()


@dataclass
class Watch:
    """What was seen while something else happened."""

    stage: Stage
    over: threading.Event = field(default_factory=threading.Event)
    looks: int = 0
    twice: set[str] = field(default_factory=set)

    def look(self) -> None:
        """The destination first: what is released by then was paused at the source before."""
        while not self.over.is_set():
            there, here = self.stage.acting("destination"), self.stage.acting("source")
            self.twice |= {name for name, acts in there.items() if acts and here[name]}
            self.looks += 1


@dataclass(frozen=True)
class Story:
    """What happened, one command after another; of either side what acts by itself afterwards."""

    before: Acting
    migrated: Ended
    at_first: Acting
    wave: Ended
    after_wave: tuple[Acting, Acting]
    refused: Ended
    watch: Watch
    rest: Ended
    after_rest: tuple[Acting, Acting]
    verified: Ended
    again: Ended
    declined: tuple[int, str]
    back: Ended
    after_back: tuple[Acting, Acting]
    rolled_back: Ended
    left: dict[str, list[str]]
    repeated: Ended


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, servers: Servers, module_empty: PrefectServer) -> Stage:
    """The filled source, and a destination that has a limit of its own which migrated deployments will share."""
    profiles = {
        "source": {"PREFECT_API_URL": servers.source.api_url},
        "empty": {"PREFECT_API_URL": module_empty.api_url},
    }
    home = Home.made(tmp_path_factory.mktemp("cutover") / "home", profiles)
    stage = Stage(home, asking(servers.source), asking(module_empty))
    stage.destination("POST", "/v2/concurrency_limits/", {"name": SHARED_LIMIT, "limit": 5})
    return stage


@pytest.fixture(scope="module")
def story(stage: Stage) -> Story:
    """Migrate, cut over in two waves, go back, undo."""
    home, yes = stage.home, ("--yes", "--json")
    before = stage.acting("source")
    migrated = home.migrator("run", "--from", "source", "--to", "empty", *yes)
    at_first = stage.acting("destination")
    wave = home.migrator("cutover", "last", *WAVE, *yes)
    after_wave = stage.both()
    flow = stage.source("POST", "/flows/", {"name": "added since"})
    refused = home.migrator("cutover", "last", *yes)
    stage.source("DELETE", f"/flows/{flow['id']}")
    with stage.watched() as watch:
        rest = home.migrator("cutover", "last", *yes)
    return Story(
        before=before,
        migrated=migrated,
        at_first=at_first,
        wave=wave,
        after_wave=after_wave,
        refused=refused,
        watch=watch,
        rest=rest,
        after_rest=stage.both(),
        verified=home.migrator("verify", "--run", "last", "--json"),
        again=home.migrator("cutover", "last", *yes),
        declined=home.at_a_terminal("rollback", "last", answer=lambda: "n"),
        back=home.migrator("cutover", "last", "--back", *yes),
        after_back=stage.both(),
        rolled_back=home.migrator("rollback", "last", *yes),
        left=stage.names_at_the_destination(),
        repeated=home.migrator("rollback", migrated.form["run"], *yes),
    )


def test_what_is_held_does_not_act(story: Story) -> None:
    """Invariant 8: paused and disabled on arrival."""
    assert story.migrated.code == ExitCode.LANDED, story.migrated.err
    assert story.at_first
    assert not [name for name, acts in story.at_first.items() if acts]


def test_a_wave_switches_what_was_chosen_and_nothing_else(story: Story) -> None:
    """Of the deployments of one flow those that acted; the others stay where they are."""
    assert story.wave.code == ExitCode.LANDED, story.wave.err
    source, destination = story.after_wave
    chosen = {unquote(r["key"]) for r in story.wave.form["resources"] if r["action"] == "switch"}
    gone = {name for name, acts in story.before.items() if acts and not source[name]}
    assert {name for name, acts in destination.items() if acts} == gone == chosen
    assert 0 < len(gone) < sum(story.before.values())


def test_a_source_that_has_changed_is_not_left_behind(story: Story) -> None:
    """What came since would be lost: it is named, and the command that brings it over."""
    assert story.refused.code == ExitCode.REFUSED
    assert "flow/added since" in story.refused.err
    assert "migrator run --from source --to empty" in story.refused.err


def test_after_the_last_wave_the_destination_is_what_the_source_was(story: Story) -> None:
    """What was paused or disabled by hand at the source stays so on both sides."""
    assert story.rest.code == ExitCode.LANDED, story.rest.err
    source, destination = story.after_rest
    assert destination == story.before
    assert not any(source.values())


def test_nothing_ever_acts_on_both_sides(story: Story) -> None:
    """Invariant 8: each is paused at the source before it is released at the destination."""
    assert story.watch.looks > 2
    assert not story.watch.twice


def test_verify_knows_what_was_cut_over(story: Story) -> None:
    """On which side a deployment acts is no difference in content."""
    assert story.verified.code == ExitCode.LANDED, story.verified.out


def test_a_cutover_that_is_done_does_nothing_again(story: Story) -> None:
    """It can be repeated."""
    assert story.again.code == ExitCode.LANDED
    totals = story.again.form["totals"]
    assert (totals["switched"], totals["exists"]) == (0, totals["discovered"])


def test_what_acts_at_the_destination_is_not_undone(story: Story) -> None:
    """The way back is named; and a no writes nothing."""
    code, shown = story.declined
    assert code == ExitCode.REFUSED
    assert "--back" in shown


def test_back_is_where_it_was_before(story: Story) -> None:
    """The source acts again as it did, and the destination is held again."""
    assert story.back.code == ExitCode.LANDED, story.back.err
    source, destination = story.after_back
    assert source == story.before
    assert not any(destination.values())


def test_what_was_created_is_removed_and_what_was_there_before_is_not(story: Story) -> None:
    """Also a limit that removed deployments shared: Prefect deletes it with a deployment that holds it."""
    assert story.rolled_back.code == ExitCode.LANDED, story.rolled_back.out
    assert story.rolled_back.form["totals"]["removed"] == story.migrated.form["totals"]["created"]
    assert story.left == {what: [SHARED_LIMIT] if what.endswith("limits") else [] for what in LISTS}


def test_a_rollback_that_is_done_does_nothing_again(story: Story) -> None:
    """It can be repeated, and what is gone is no failure."""
    assert story.repeated.code == ExitCode.LANDED
    totals = story.repeated.form["totals"]
    assert (totals["removed"], totals["exists"]) == (0, totals["discovered"])


def test_an_interrupted_cutover_is_completed_by_the_next(stage: Stage, story: Story) -> None:
    """Wherever Ctrl-C comes, what was paused and not released is released then."""
    home, yes = stage.home, ("--yes", "--json")
    migrated = home.migrator("run", "--from", "source", "--to", "empty", *yes)
    process = home.start("cutover", "last", *yes)
    wait_until(lambda: any(stage.acting("destination").values()))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert migrated.code == ExitCode.LANDED, migrated.err
    assert process.returncode in {ExitCode.INTERRUPTED, ExitCode.LANDED}
    assert home.migrator("cutover", "last", *yes).code == ExitCode.LANDED
    assert stage.acting("destination") == story.before
    assert home.migrator("cutover", "last", "--back", *yes).code == ExitCode.LANDED
    assert stage.acting("source") == story.before
    assert home.migrator("rollback", "last", *yes).code == ExitCode.LANDED


def test_waiting_releases_a_deployment_only_when_its_runs_have_ended(stage: Stage, story: Story) -> None:
    """Until then it runs on neither side but for what has begun; and no update takes back what was cut over."""
    assert story.before[HOURLY]
    home, run = stage.home, _migrate(stage)
    started, process = _begin_to_wait(stage)
    assert not stage.acting("destination")[HOURLY]
    _end(stage, started)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == ExitCode.LANDED, told
    assert f"{HOURLY}: 1 under way" in told
    assert stage.acting("destination")[HOURLY]
    updated = home.migrator(*MIGRATE, "--on-existing", "update", *YES)
    assert updated.form["totals"]["updated"] == 0, updated.out
    assert stage.acting("destination")[HOURLY]
    assert home.migrator("cutover", run, "--back", *YES).code == ExitCode.LANDED
    assert home.migrator("rollback", run, *YES).code == ExitCode.LANDED


def test_what_a_killed_cutover_has_left_is_not_taken_up_beside_the_way_back(stage: Stage, story: Story) -> None:
    """Invariant 8: its nodes wait in Redis, and the workers of the next command would go on with them."""
    home, run = stage.home, _migrate(stage)
    started, process = _begin_to_wait(stage)
    process.kill()
    process.communicate()
    wait_until(lambda: not home.processes())
    back = home.migrator("cutover", run, "--back", *YES)
    assert back.code == ExitCode.LANDED, back.err
    _end(stage, started)
    assert home.migrator("rollback", run, *YES).code == ExitCode.LANDED
    assert stage.acting("source") == story.before
    assert not stage.names_at_the_destination()["deployments"]


def test_what_a_killed_cutover_has_paused_is_released_by_that_of_a_later_run(stage: Stage, story: Story) -> None:
    """It did not act any more when the later run came, and must not be left paused on both sides."""
    home, run = stage.home, _migrate(stage)
    started, process = _begin_to_wait(stage)
    process.kill()
    process.communicate()
    wait_until(lambda: not home.processes())
    _end(stage, started)
    later = home.migrator(*MIGRATE, "--on-existing", "update", *YES)
    assert later.code == ExitCode.LANDED, later.err
    assert home.migrator("cutover", "last", *YES).code == ExitCode.LANDED
    assert stage.acting("destination") == story.before
    assert home.migrator("verify", "--run", "last").code == ExitCode.LANDED
    assert home.migrator("cutover", "last", "--back", *YES).code == ExitCode.LANDED
    assert stage.acting("source") == story.before
    assert home.migrator("rollback", run, *YES).code == ExitCode.LANDED


def _migrate(stage: Stage) -> str:
    """Migrate, held, and return the run's id."""
    migrated = stage.home.migrator(*MIGRATE, *YES)
    assert migrated.code == ExitCode.LANDED, migrated.err
    return str(migrated.form["run"])


def _begin_to_wait(stage: Stage) -> tuple[str, "subprocess.Popen[str]"]:
    """Begin to cut over one deployment that has a run under way; returns the run's id and the command."""
    [deployment] = stage.source("POST", "/deployments/filter", {"deployments": {"name": {"any_": ["hourly"]}}})
    started = stage.source("POST", f"/deployments/{deployment['id']}/create_flow_run", {"state": {"type": "RUNNING"}})
    process = stage.home.start("cutover", "last", "--include", HOURLY, "--drain", *YES)
    wait_until(lambda: not stage.acting("source")[HOURLY])
    return str(started["id"]), process


def _end(stage: Stage, flow_run: str) -> None:
    stage.source("POST", f"/flow_runs/{flow_run}/set_state", {"state": {"type": "COMPLETED"}, "force": True})
