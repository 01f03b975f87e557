"""A workspace moves between servers of any two versions; what the destination cannot hold is said, and nothing else."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from migrator.demo.servers import PrefectServer
from tests.e2e.conftest import Ended, Home
from tests.versions.conftest import CURRENT, WITH_AUTOMATIONS, Sources, a_server

SOURCES = (CURRENT, "3.6.29", "3.4.14", "2.20.25", WITH_AUTOMATIONS)
DESTINATIONS = (CURRENT, "3.6.29", "3.4.14")
PAIR = ("--from", "source", "--to", "destination")

#: The kinds that a version does not have.
ABSENT = {
    CURRENT: [],
    "3.6.29": ["result-storage"],
    "3.4.14": ["result-storage"],
    "2.20.25": ["result-storage", "automation"],
    WITH_AUTOMATIONS: ["result-storage"],
}
#: What of a workspace of the current version a destination cannot have at all.
UNKNOWN_THERE = {
    CURRENT: set[str](),
    "3.6.29": {"result-storage/default", "automation/Whatever was meant"},
    "3.4.14": {"result-storage/default", "automation/Whatever was meant"},
}
#: What of a workspace of the current version a destination has no field for.
LEFT_OUT_THERE = {
    CURRENT: set[tuple[str, str]](),
    "3.6.29": set[tuple[str, str]](),
    "3.4.14": {
        ("deployment/train model/own limit", "/concurrency_options/grace_period_seconds"),
        ("automation/Report after the nightly load", "/actions/1/schedule_after"),
        ("tag-limit/heavy", "/tuned_limit"),
    },
}


@dataclass(frozen=True)
class Move:
    """What happened between two versions."""

    source: str
    destination: str
    run: Ended
    verified: Ended
    again: Ended

    @property
    def unknown(self) -> set[str]:
        """What the destination cannot have of what the source has."""
        return UNKNOWN_THERE[self.destination] if self.source == CURRENT else set()

    @property
    def left_out(self) -> set[tuple[str, str]]:
        """What the destination has no field for of what the source has."""
        return LEFT_OUT_THERE[self.destination] if self.source in {CURRENT, "3.6.29"} else set()


@pytest.fixture(scope="module", params=[(s, d) for s in SOURCES for d in DESTINATIONS], ids=" to ".join)
def move(
    request: pytest.FixtureRequest, sources: Sources, home_of: Callable[[PrefectServer, PrefectServer], Home]
) -> Iterator[Move]:
    """Run live into an empty server, verify, run again."""
    source, destination = request.param
    with a_server(destination) as server:
        home = home_of(sources[source], server)
        yield Move(
            source,
            destination,
            run=home.migrator("run", *PAIR, "--live", "--yes", "--json"),
            verified=home.migrator("verify", *PAIR, "--json"),
            again=home.migrator("run", *PAIR, "--live", "--yes", "--json"),
        )


def named(resources: list[dict[str, Any]], outcome: str) -> set[str]:
    """The keys of resources that ended in a way."""
    return {str(resource["key"]) for resource in resources if resource["outcome"] == outcome}


def test_all_that_the_destination_can_have_arrives(move: Move) -> None:
    """Nothing fails, and what is skipped is what it does not know (invariant 1)."""
    resources = move.run.form["resources"]

    assert named(resources, "failed") == set()
    assert named(resources, "skipped") == move.unknown
    assert move.run.code == bool(move.unknown)


def test_a_skip_says_what_is_not_known(move: Move) -> None:
    """By kind, or by place; and the same in the plan as in the run."""
    skipped = [resource for resource in move.run.form["resources"] if resource["outcome"] == "skipped"]

    assert all("Prefect" in resource["error"]["message"] for resource in skipped)


def test_verify_finds_no_difference_in_what_the_destination_can_hold(move: Move) -> None:
    """Each version shows what it has in its own way; it is read alike."""
    form = move.verified.form

    assert form["different"] == form["unverifiable"] == []
    assert set(form["missing"]) == move.unknown


def test_what_is_left_out_is_warned_about_and_verified_as_such(move: Move) -> None:
    """On its resource, with the field's name: no field is lost in silence, and none is cried over that says nothing."""
    warned = {
        (resource["key"], field)
        for resource in move.run.form["resources"]
        for field in re.findall(r"does not know (\S+);", " ".join(resource["warnings"]))
        if resource["outcome"] != "skipped"
    }
    told = {(left_out["key"], field) for left_out in move.verified.form["left_out"] for field in left_out["fields"]}

    assert warned == told == move.left_out


def test_kinds_that_a_side_does_not_have_are_named(move: Move) -> None:
    """A kind of which nothing was found, and one that there cannot be, are not the same."""
    assert move.run.form["source"]["absent"] == ABSENT[move.source]
    assert move.run.form["destination"]["absent"] == ABSENT[move.destination]
    assert move.verified.form["source"]["absent"] == ABSENT[move.source]


def test_a_second_run_finds_everything_there(move: Move) -> None:
    """Invariants 4 and 6: also what was left out makes nothing that exists look different."""
    resources = move.again.form["resources"]

    assert named(resources, "exists") == {resource["key"] for resource in resources} - move.unknown
    assert [resource["key"] for resource in resources if resource["differences"]] == []


def test_what_agents_did_is_said_to_be_unsupported(move: Move) -> None:
    """A pool of agents, and deployments with an infrastructure block of Prefect 2, from wherever."""
    warned = {
        resource["key"]
        for resource in move.run.form["resources"]
        if any("unsupported" in warning for warning in resource["warnings"])
    }
    of_prefect_2 = {"deployment/from prefect 2/for an agent"} if move.source.startswith("2.") else set()

    assert warned == {"work-pool/default-agent-pool", "deployment/reporting/from Prefect 2"} | of_prefect_2
