"""docs/monitoring: the dashboard and the alerts ask for metrics that there are, put together as they must be."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from migrator.cli import COMMANDS
from tests.unit.docs.pages import page
from tests.unit.docs.test_metrics import OURS, name_of
from workers.metrics import REGISTRY, SHARED

_BOARD = json.loads(page("monitoring/grafana.json"))
_ALERTS = [rule for group in yaml.safe_load(page("monitoring/alerts.yml"))["groups"] for rule in group["rules"]]
_NAME = re.compile(r"\b(?:migrator|process)_[a-z_]+")
_AGGREGATION = re.compile(r"\b(?:sum|max|min|avg|count)\b")


def questions() -> list[str]:
    """Every expression in PromQL."""
    return [target["expr"] for panel in _BOARD["panels"] for target in panel.get("targets", ())] + [
        rule["expr"] for rule in _ALERTS
    ]


def samples() -> Iterator[str]:
    """Every name that one can ask for."""
    for metric in OURS:
        (family,) = metric.describe()
        name = name_of(metric)
        yield from (f"{name}_{part}" for part in ("bucket", "count", "sum")) if family.type == "histogram" else (name,)
    yield from (sample.name for family in REGISTRY.collect() for sample in family.samples)


@pytest.mark.parametrize("question", questions())
def test_every_metric_that_is_asked_for_is_there(question: str) -> None:
    """Of workers, or of their processes."""
    assert set(_NAME.findall(question)) <= {*samples()}


@pytest.mark.parametrize("question", questions())
def test_what_all_processes_share_is_not_added_up(question: str) -> None:
    """The largest is taken of what is of a run or a destination; the sum of all else (docs/decisions/0016)."""
    for found in _NAME.finditer(question):
        nearest = _AGGREGATION.findall(question[: found.start()])[-1]
        assert nearest == ("max" if found[0].startswith(SHARED) else "sum"), found[0]


def test_every_metric_is_on_the_dashboard() -> None:
    """What nobody looks at need not be counted."""
    shown = {name for panel in _BOARD["panels"] for t in panel.get("targets", ()) for name in _NAME.findall(t["expr"])}
    missing = [name_of(metric) for metric in OURS if not any(name.startswith(name_of(metric)) for name in shown)]
    assert missing == []


def test_panels_do_not_overlap_and_have_numbers_of_their_own() -> None:
    """As a person would have laid them out."""
    taken = [cell for panel in _BOARD["panels"] for cell in cells(panel["gridPos"])]
    assert len(taken) == len(set(taken))
    assert len({panel["id"] for panel in _BOARD["panels"]}) == len(_BOARD["panels"])


def cells(at: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """The places of the grid that a panel takes."""
    yield from ((x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"]))


def test_every_panel_asks_the_prometheus_that_was_chosen() -> None:
    """And no other variable than those that there are, or that Grafana has itself."""
    variables = {variable["name"]: variable for variable in _BOARD["templating"]["list"]}
    chosen = {"type": "prometheus", "uid": "${datasource}"}
    asking = [panel for panel in _BOARD["panels"] if panel.get("targets")]
    assert (variables["datasource"]["type"], variables["datasource"]["query"]) == ("datasource", "prometheus")
    assert all(asked["datasource"] == chosen for panel in asking for asked in (panel, *panel["targets"]))
    named = {name for panel in asking for t in panel["targets"] for name in re.findall(r"\$\{?(\w+)", t["expr"])}
    assert named <= variables.keys() | {"__rate_interval"}


def test_a_legend_names_what_its_answer_has() -> None:
    """The labels that are left when all others are put together."""
    for target in (target for panel in _BOARD["panels"] for target in panel.get("targets", ())):
        left = re.search(r"by \(([\w, ]+)\)", target["expr"])
        labels = set(left[1].split(", ")) if left else set()
        assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) == labels - {"le"}, target["expr"]


@pytest.mark.parametrize("rule", _ALERTS, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_what_is_and_what_to_do(rule: dict[str, Any]) -> None:
    """The commands that it names are there."""
    assert {"summary", "description"} == rule["annotations"].keys()
    commands = re.findall(r"migrator (\w+)", " ".join(rule["annotations"].values()))
    assert set(commands) <= COMMANDS.keys()
