"""What is asked of Prometheus, as Prometheus itself understands it: alerts, the dashboard, what KEDA scales on."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.manifests import ROOT, rendered

PROMTOOL = ROOT / ".deploy" / "promtool"
MONITORING = ROOT / "docs" / "monitoring"
BOARD: dict[str, Any] = json.loads((MONITORING / "grafana.json").read_text(encoding="utf-8"))
#: What Grafana puts in place of its variables.
FILLED_IN = {"$__rate_interval": "1m", "$run": ".*"}
#: Every question of the dashboard.
QUESTIONS = [target["expr"] for panel in BOARD["panels"] for target in panel.get("targets", ())]
(SCALED_ON,) = (trigger["metadata"] for trigger in rendered("prod").one("ScaledObject", "migrator")["spec"]["triggers"])


def test_alerts_are_rules() -> None:
    """Each expression, and each template in what it says."""
    promtool("check", "rules", "--lint-fatal", MONITORING / "alerts.yml")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_of_the_dashboard_is_one(question: str, tmp_path: Path) -> None:
    """With its variables filled in."""
    for variable, value in FILLED_IN.items():
        question = question.replace(variable, value)
    rules = {"groups": [{"name": "board", "rules": [{"record": "shown", "expr": question}]}]}
    promtool("check", "rules", written(rules, tmp_path))


def test_what_is_no_question_is_found(tmp_path: Path) -> None:
    """Or these tests would prove nothing."""
    rules = {"groups": [{"name": "board", "rules": [{"record": "shown", "expr": "sum by run (migrator_run_nodes)"}]}]}
    with pytest.raises(AssertionError, match="parse"):
        promtool("check", "rules", written(rules, tmp_path))


def test_alerts_come_when_they_should_and_at_no_other_time() -> None:
    """Minute by minute: `alerts.yml` beside this file."""
    promtool("test", "rules", Path(__file__).with_name("alerts.yml"))


@pytest.mark.parametrize(
    ("nodes", "paused", "wanted"),
    [
        ({"blocked": 5000, "ready": 900, "in_flight": 60, "delayed": 7, "settled": 40}, 0, 960),
        ({"blocked": 5000, "ready": 900, "in_flight": 0}, 1, 0),
        ({}, 0, 0),
    ],
    ids=["at work", "paused", "none"],
)
def test_it_is_scaled_on_the_nodes_that_are_ready_or_in_flight(
    nodes: Mapping[str, int], paused: int, wanted: int, tmp_path: Path
) -> None:
    """Of all runs that are not paused; each is told by every process, and counted once."""
    series = [
        {"series": f'{name}{{run="{run}",instance="{instance}"{label}}}', "values": f"{value}x1"}
        for run in ("one", "two")
        for instance in ("a", "b")
        for name, label, value in (
            *(("migrator_run_nodes", f',state="{state}"', number) for state, number in nodes.items()),
            *([("migrator_run_paused", "", paused)] if nodes else []),
        )
    ]
    answer = {"expr": SCALED_ON["query"], "eval_time": "1m", "exp_samples": [{"labels": "{}", "value": 2 * wanted}]}
    tests = {"tests": [{"interval": "1m", "input_series": series, "promql_expr_test": [answer]}]}
    promtool("test", "rules", written(tests, tmp_path))


def written(content: Mapping[str, Any], directory: Path) -> Path:
    """A file for promtool."""
    path = directory / "content.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def promtool(*arguments: str | Path) -> None:
    """Let Prometheus's own tool do something; it must succeed."""
    command: Sequence[str] = [str(argument) for argument in (PROMTOOL, *arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
