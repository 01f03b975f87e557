"""Triggers of automations as the server wants them."""

from typing import Any


def on_event(*events: str, posture: str = "Reactive", **settings: Any) -> dict[str, Any]:
    """A trigger on any of some events, or in the posture `Proactive` on its absence. `within` is in seconds."""
    return {"type": "event", "expect": list(events), "posture": posture, **settings}


def compound(require: int | str, triggers: list[dict[str, Any]], *, within: float | None) -> dict[str, Any]:
    """A trigger on some number of others, or `any` or `all` of them, within so many seconds."""
    return {"type": "compound", "require": require, "triggers": triggers, "within": within}


def sequence(triggers: list[dict[str, Any]], *, within: float | None) -> dict[str, Any]:
    """A trigger on others, one after the other, within so many seconds."""
    return {"type": "sequence", "triggers": triggers, "within": within}
