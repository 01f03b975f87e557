"""The benchmark itself works: each part, as small as it gets."""

import os
import sys
from pathlib import Path
from subprocess import run

import pytest

from benchmarks.ceiling import PROGRAM
from benchmarks.engine import BARE, CEILING, NAIVE, ONE, TWO
from benchmarks.form import PartForm
from benchmarks.profile.commands import by_command
from benchmarks.profile.sampling import sampled
from benchmarks.profile.stacks import flame
from benchmarks.scale import contests as scale
from benchmarks.transfer.movers import COMMANDS
from tests.unit.docs.pages import ROOT

#: By part, how it is chosen to be as small as it gets.
SMALL = {
    "transfer": "--deployments 5 --database sqlite --rival migrator --rival floor --in-flight 2 --first-only",
    "engine": "--nodes 200",
    "start": "",
}
BOTH = [TWO, BARE]
RIVALS = {
    "transfer": [["migrator run", "the bare creates, 2 in flight"]],
    "engine": [[TWO, ONE, BARE, NAIVE, *([CEILING] if PROGRAM.exists() else [])], BOTH, BOTH, BOTH, [TWO, ONE, NAIVE]],
    "start": [
        ["migrator --help", "prefect --help", "python -c pass"],
        [
            "a worker process, to the end of its first node",
            "a worker process, to its first create",
            "python -c 'import dramatiq'",
        ],
        ["migrator plan", "prefect transfer"],
    ],
}


@pytest.mark.parametrize("part", RIVALS)
def test_a_part_measures_all_of_its_rivals(part: str) -> None:
    """One round of it; what is printed is the machine form and nothing else."""
    command = [sys.executable, "-m", "benchmarks", part, "--rounds", "1", *SMALL[part].split(), "--json"]
    ended = run(command, cwd=ROOT, check=True, capture_output=True, text=True)

    form = PartForm.model_validate_json(ended.stdout)

    assert [[rival.name for rival in contest.rivals] for contest in form.contests] == RIVALS[part]
    assert all(
        min(series.values) > 0 for contest in form.contests for rival in contest.rivals for series in rival.series
    )


@pytest.mark.measures_time
def test_worker_processes_are_measured_against_what_would_be_ideal() -> None:
    """A contest of `scale` that takes a second: more than none of the ideal rate, and no more than all of it."""
    contest = scale.growth(rounds=1, processes=(1,), seconds=1.0)

    assert [rival.name for rival in contest.rivals] == ["1 worker process"]
    of_the_ideal = contest.rivals[0].named("of the ideal")
    assert of_the_ideal is not None
    assert 0.3 < of_the_ideal.median <= 1.0


def test_a_command_is_looked_at_from_outside(tmp_path: Path) -> None:
    """Whoever is seen is told apart, and what it imports from what it does."""
    seen = sampled([str(COMMANDS / "migrator"), "run", "--help"], os.environ, tmp_path)

    assert {stack.role for stack in seen} == {"the coordinator"}
    assert any("import migrator.cli.run" in stack.frames for stack in seen)
    assert flame("all", seen).samples == sum(stack.samples for stack in seen) > 0


def test_of_redis_no_command_takes_longer_than_all_of_them() -> None:
    """What it does for nodes that do nothing, by command, is a part of what its thread does."""
    everything, *parts = (figures["µs a node"] for figures in by_command(2000, 1).values())
    assert sum(parts) == pytest.approx(everything)
