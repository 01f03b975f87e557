"""The dashboard, as Grafana's own model understands it."""

import json
from collections.abc import Iterator
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.deploy.manifests import ROOT

BOARD: dict[str, Any] = json.loads((ROOT / "docs" / "monitoring" / "grafana.json").read_text(encoding="utf-8"))


def test_all_of_it_is_understood() -> None:
    """Its variables, panels, their options, and what they ask Prometheus: each field is known, and keeps its value."""
    assert list(misunderstood(BOARD, understood(BOARD))) == []


def test_a_mistyped_field_is_found() -> None:
    """Wherever it is, or this would prove nothing."""
    panel = BOARD["panels"][1]
    target = {**panel["targets"][0], "exrp": "up"}
    wrong = {**BOARD, "panels": [{**panel, "tilte": "Nodes", "targets": [target]}]}
    assert sorted(misunderstood(wrong, understood(wrong))) == ["panels/0/targets/0/exrp", "panels/0/tilte"]


def understood(board: dict[str, Any]) -> Any:
    """A dashboard after Grafana's model has read it, which drops what it does not know, and adds what is usual."""
    register_default_plugins()
    return json.loads(JSONEncoder().encode(Dashboard.from_json(board)))


def misunderstood(meant: Any, found: Any, place: str = "") -> Iterator[str]:
    """The places of what was lost or changed."""
    match meant, found:
        case dict(), dict():
            for name, value in meant.items():
                yield from misunderstood(value, found.get(name), f"{place}/{name}".lstrip("/"))
        case list(), list() if len(meant) == len(found):
            for number, (one, other) in enumerate(zip(meant, found, strict=True)):
                yield from misunderstood(one, other, f"{place}/{number}")
        case _ if meant != found:
            yield place
