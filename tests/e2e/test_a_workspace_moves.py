"""A whole workspace moves between two real servers, by two worker processes; again; and after an addition."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any

import orjson
import pytest

from migrator.kinds import KINDS
from tests.e2e.conftest import VARIABLES, Ended, Home

pytestmark = pytest.mark.e2e

Ask = Callable[..., Any]
PAIR = ("--from", "source", "--to", "destination")
#: Values that the filled workspace keeps secret.
SECRETS = ("correct horse", "ghp_demo0123456789", "demo/secret+key=")
COUNTED = {
    "flow": "/flows/count",
    "deployment": "/deployments/count",
    "work-pool": "/work_pools/count",
    "variable": "/variables/count",
    "automation": "/automations/count",
}


@dataclass(frozen=True)
class Story:
    """What happened, one command after another."""

    home: Home
    plan: Ended
    first: Ended
    verified: Ended
    unheld: Ended
    source_untouched: bool
    before_second: bytes
    second: Ended
    after_second: bytes
    addition: Ended
    verified_again: Ended
    reported: Ended
    page: Ended


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, profiles: dict[str, dict[str, str]], ask: Ask) -> Story:
    """Plan, run, verify; run again; add something, run again, verify again."""
    home = Home.made(tmp_path_factory.mktemp("story") / "home", profiles)
    plan = home.migrator("plan", *PAIR, "--json")
    source_before = everything(ask, "source")
    first = home.migrator("run", *PAIR, "--yes", "--json", "--workers", "2")
    source_after = everything(ask, "source")
    verified = home.migrator("verify", "--run", "last", "--json")
    unheld = home.migrator("verify", *PAIR, "--json")
    before_second = everything(ask, "destination")
    second = home.migrator("run", *PAIR, "--yes", "--json")
    after_second = everything(ask, "destination")
    _add_to_the_source(ask, profiles["source"]["PREFECT_API_URL"])
    return Story(
        home=home,
        plan=plan,
        first=first,
        verified=verified,
        unheld=unheld,
        source_untouched=source_before == source_after,
        before_second=before_second,
        second=second,
        after_second=after_second,
        addition=home.migrator("run", *PAIR, "--yes", "--json"),
        verified_again=home.migrator("verify", "--run", "last", "--json"),
        reported=home.migrator("report", first.form["run"], "--format", "json"),
        page=_page(home, first.form["run"], verified.out),
    )


def _page(home: Home, run: str, verified: str) -> Ended:
    """The report of a run as a page, in a file, with what a verification found."""
    (home.path / "verify.json").write_text(verified)
    return home.migrator("report", run, "--format", "html", "--output", "report.html", "--verify", "verify.json")


def _add_to_the_source(ask: Ask, source_url: str) -> None:
    """A deployment of an existing flow on an existing queue, a variable that names the source, and a flow run."""
    flow = ask("source", "POST", "/flows/", {"name": "etl"})
    body = {"name": "added later", "flow_id": flow["id"], "work_pool_name": "kubernetes", "work_queue_name": "urgent"}
    ask("source", "POST", "/deployments/", body)
    ask("source", "POST", "/flow_runs/", {"name": "history", "flow_id": flow["id"]})
    ask("source", "POST", "/variables/", {"name": "added_later", "value": {"server": source_url}})


def everything(ask: Ask, side: str) -> bytes:
    """All that a side's lists say, as JSON text."""
    lists = []
    for kind in KINDS:
        if kind.listing.single:
            lists.append(ask(side, "GET", kind.listing.path))
            continue
        pages = ({**kind.listing.filters, "offset": offset} for offset in (0, 200))
        lists += [ask(side, "POST", kind.listing.path, page) for page in pages]
    return orjson.dumps(lists)


def test_the_plan_says_what_will_happen(story: Story) -> None:
    """D-25, invariant 14: counts of the plan equal counts of the run, and so does the digest."""
    assert story.plan.code == 0
    assert story.plan.form["totals"] == story.first.form["totals"]
    assert story.plan.form["kinds"] == story.first.form["kinds"]
    assert story.plan.form["plan"] == story.first.form["plan"]


def test_everything_lands(story: Story) -> None:
    """Invariant 1: every discovered resource has exactly one outcome, and they add up."""
    form = story.first.form
    totals = form["totals"]
    assert story.first.code == 0, story.first.err
    assert form["state"] == "finished"
    assert totals["discovered"] == len(form["resources"]) == totals["created"] + totals["exists"]
    assert len({resource["key"] for resource in form["resources"]}) == totals["discovered"]
    assert set(form["kinds"]) == {kind.name for kind in KINDS}


@pytest.mark.parametrize(("kind", "path"), COUNTED.items())
def test_what_was_discovered_is_what_the_server_counts(story: Story, ask: Ask, kind: str, path: str) -> None:
    """Invariant 1: also beyond the first page."""
    added = {"deployment": 1, "variable": 1}.get(kind, 0)
    assert story.first.form["kinds"][kind]["discovered"] == ask("source", "POST", path, {}) - added


def test_more_than_a_page_arrives(story: Story) -> None:
    """Two hundred is what the server gives at once."""
    assert story.first.form["kinds"]["variable"]["created"] == VARIABLES > 200


def test_both_sides_are_alike_but_for_what_is_held(story: Story) -> None:
    """Verify reads both sides anew, and compares every field."""
    assert story.verified.code == 0, story.verified.out
    assert story.verified.form["same"] == story.first.form["totals"]["discovered"]
    assert story.verified.form["missing"] == story.verified.form["different"] == []


def test_what_is_held_is_a_difference_to_who_does_not_know_the_run(story: Story) -> None:
    """Invariant 8: deployments arrive paused and automations disabled, and that is all that differs."""
    assert story.unheld.code == 1
    fields = {field for different in story.unheld.form["different"] for field in different["fields"]}
    assert fields == {"/paused", "/enabled"}


def test_nothing_acts_before_it_is_let_go(story: Story) -> None:
    """D-10, invariant 8: nothing runs twice."""
    flows, deployments, automations = (orjson.loads(story.before_second)[index] for index in _list_indexes())
    assert flows
    assert deployments
    assert all(deployment["paused"] for deployment in deployments)
    assert automations
    assert not any(automation["enabled"] for automation in automations)


def _list_indexes() -> list[int]:
    """Where the first pages of flows, deployments and automations are in `everything`."""
    position, found = 0, {}
    for kind in KINDS:
        found[kind.name] = position
        position += 1 if kind.listing.single else 2
    return [found[name] for name in ("flow", "deployment", "automation")]


def test_no_source_id_reaches_the_destination(story: Story, ask: Ask) -> None:
    """Invariant 5: not in any field of any kind."""
    source_ids = {resource["source_id"] for resource in story.first.form["resources"]} - {"default"}
    source_ids |= {row["id"] for row in ask("source", "POST", "/block_schemas/filter", {})}
    arrived = everything(ask, "destination").decode()
    assert not [some_id for some_id in source_ids if some_id in arrived]


def test_a_resource_is_written_after_what_it_refers_to(story: Story, ask: Ask) -> None:
    """Invariant 2: the destination's own clock agrees with the order of references."""
    assert story.first.code == 0
    flows = {row["id"]: row["created"] for row in ask("destination", "POST", "/flows/filter", {})}
    for deployment in ask("destination", "POST", "/deployments/filter", {}):
        assert flows[deployment["flow_id"]] <= deployment["created"]


def test_the_source_is_only_read(story: Story) -> None:
    """Invariant 7: all that its lists say is what they said before."""
    assert story.source_untouched


def test_a_second_run_writes_nothing(story: Story) -> None:
    """Invariants 4 and 6: already there is success, and nothing that exists is touched."""
    totals = story.second.form["totals"]
    assert story.second.code == 0
    assert totals["exists"] == totals["discovered"] == story.first.form["totals"]["discovered"]
    assert story.before_second == story.after_second


def test_a_second_run_asks_for_pages_and_little_more(story: Story) -> None:
    """Design 8: pages and 20 requests a side. Thirteen kinds, one in two lists, and a second page of variables."""
    pages = 15
    assert story.second.form["requests"]["source"] <= pages + 12
    assert story.second.form["requests"]["destination"] <= pages + 12


def test_only_the_addition_arrives(story: Story) -> None:
    """Invariant 4: what depends on something that exists goes on."""
    assert story.addition.code == 0
    created = {resource["key"] for resource in story.addition.form["resources"] if resource["outcome"] == "created"}
    assert created == {"deployment/etl/added later", "variable/added_later"}
    assert story.verified_again.code == 0, story.verified_again.out


def test_what_names_the_source_is_warned_about(story: Story) -> None:
    """Runs in the new place would report to the old; the place is said, the address is not."""
    warned = [(resource["key"], resource["warnings"]) for resource in story.addition.form["resources"]]
    assert [(key, warnings) for key, warnings in warned if warnings and "own address" in warnings[0]] == [
        (
            "variable/added_later",
            ["it names the source's own address at /value/server: what runs in the new place would report to the old"],
        )
    ]


def test_what_stays_behind_is_counted(story: Story) -> None:
    """Each with what to do about it; the run remembers it for its report."""
    before, after = (
        {one["what"]: one["found"] for one in ended.form["left_behind"]} for ended in (story.reported, story.addition)
    )
    assert story.plan.form["left_behind"] == story.first.form["left_behind"]
    assert all(one["advice"] for one in story.plan.form["left_behind"])
    assert after["flow runs"] == before["flow runs"] + 1
    assert before["task runs"] == before["artifacts"] == before["work pools with workers online"] == 0
    assert (
        before["deployments that callers may know by their ids"] == story.first.form["kinds"]["deployment"]["created"]
    )
    assert before["results"] is None
    assert "webhooks" not in before


def test_a_report_can_be_had_later(story: Story) -> None:
    """Invariant 15: the ledger outlives the run."""
    assert story.reported.code == 0
    assert story.reported.form == story.first.form


def test_a_page_can_be_attached_to_a_ticket(story: Story) -> None:
    """Every resource is in it once, with what a verification has found; nothing else was written."""
    page = (story.home.path / "report.html").read_text()
    rows = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    same = story.verified.form["same"]
    assert (story.page.code, story.page.out) == (0, ""), story.page.err
    assert [key for key, *_ in rows] == [resource["key"] for resource in story.first.form["resources"]]
    assert f"{same} are alike; nothing is missing, nothing is different." in page
    assert "deployment needs flow" in page
    assert 'class="plot-area tone-created"' in page


def test_a_verification_of_other_workspaces_is_no_part_of_a_report(story: Story) -> None:
    """Its differences would be somebody else's: the file that was there stays."""
    verified = json.loads(story.verified.out)
    verified["source"]["url"] = "https://elsewhere.example.com/api"
    (story.home.path / "other.json").write_text(json.dumps(verified))
    into_the_file = ("--format", "md", "--output", "report.html", "--verify", "other.json")
    refused = story.home.migrator("report", "last", *into_the_file)
    assert refused.code == 2
    assert "elsewhere.example.com" in refused.err
    assert (story.home.path / "report.html").read_text().startswith("<!doctype html>")


def test_the_ledger_remembers_what_was_live(story: Story) -> None:
    """What a cutover will need: ids on both sides of everything."""
    assert all(resource["source_id"] for resource in story.first.form["resources"])
    assert all(resource["destination_id"] for resource in story.first.form["resources"])


def test_the_id_map_has_both_ids_of_everything(story: Story) -> None:
    """For callers that hold ids; as CSV and as JSON."""
    ids = [[r[name] for name in ("kind", "key", "source_id", "destination_id")] for r in story.first.form["resources"]]
    run = story.first.form["run"]
    header, *lines = csv.reader(StringIO(story.home.migrator("report", run, "--format", "ids").out))
    assert header == ["kind", "key", "source_id", "destination_id"]
    assert lines == ids
    assert [list(one.values()) for one in story.home.migrator("report", run, "--format", "ids-json").form] == ids


def test_every_write_is_on_file(story: Story) -> None:
    """Invariant 15: each resource that was created has a request that was answered with yes, in the order of needs."""
    writes = audited(story, story.first)
    created = {resource["key"] for resource in story.first.form["resources"] if resource["outcome"] == "created"}
    # A default queue comes with its pool; where there is nothing to adjust nothing is written.
    untouched = {key for key in created if key.startswith("work-queue/") and key.endswith("/default")}
    well = {write["key"]: place for place, write in enumerate(writes) if write["answer"] in range(200, 300)}
    assert created - untouched <= set(well)
    assert well["flow/etl"] < well["deployment/etl/nightly"]
    assert {write["run"] for write in writes} == {story.first.form["run"]}
    assert {write["side"] for write in writes} == {"destination"}
    assert {write["method"] for write in writes} <= {"POST", "PUT", "PATCH"}
    assert not [write for write in writes if write["path"].endswith(("/filter", "/count")) or "?" in write["path"]]
    assert [write["at"] for write in writes] == sorted(write["at"] for write in writes)
    assert 1 <= len({write["worker"] for write in writes}) <= 2


def test_a_run_that_writes_nothing_has_an_empty_audit_log(story: Story) -> None:
    """Reads are not recorded."""
    assert audited(story, story.second) == []


def audited(story: Story, ended: Ended) -> list[Any]:
    """The audit log of a run."""
    said = story.home.migrator("report", ended.form["run"], "--format", "audit")
    return [orjson.loads(line) for line in said.out.splitlines()]


def test_no_secret_rests_in_the_clear(story: Story) -> None:
    """Invariant 10: not in Redis's files, not in the workers' log, not in what was printed."""
    left = [path.read_bytes() for path in (story.home.path / "state").rglob("*") if path.is_file()]
    forms = ("table", "ids", "audit", "html", "md")
    on_file = [story.home.migrator("report", "last", "--format", form) for form in forms]
    said = [e.out.encode() + e.err.encode() for e in (story.plan, story.first, story.reported, *on_file)]
    assert any(story.first.form["run"].encode() in text for text in left)
    assert not [secret for secret in SECRETS for text in left + said if secret.encode() in text]
