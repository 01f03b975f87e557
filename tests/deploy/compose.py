"""The compose file as tests read it."""

from typing import Any

import yaml

from tests.deploy.manifests import ROOT

FILE = ROOT / "docker-compose.yml"
#: All of it, its anchors resolved.
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
#: The services in which the program runs.
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("migrator:")}


def environment(name: str) -> dict[str, str]:
    """What a service finds in its environment."""
    found: dict[str, str] = SERVICES[name].get("environment", {})
    return found


def mounted(name: str) -> dict[str, str]:
    """Where a service's secrets are mounted, and which."""
    return {secret["target"]: secret["source"] for secret in SERVICES[name].get("secrets", [])}
