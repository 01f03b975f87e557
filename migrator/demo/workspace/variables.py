"""Variables: every JSON type of value, and enough of them for two pages."""

from typing import Any

from migrator.demo.workspace.names import ANYTHING
from migrator.demo.workspace.sending import Request, create_each

#: One specimen of every type of value, of templates in a value, and of text outside ASCII.
HAND_WRITTEN: list[dict[str, Any]] = [
    {"name": "environment", "value": "production", "tags": ["global"]},
    {"name": "git_branch", "value": "main", "tags": []},
    {"name": "max_retries", "value": 3, "tags": ["global", "tuning"]},
    {"name": "sampling_rate", "value": 0.25, "tags": ["tuning"]},
    {"name": "dry_run", "value": False, "tags": []},
    {"name": "not_decided_yet", "value": None, "tags": []},
    {"name": "regions", "value": ["eu-west-1", "us-east-1", "ap-south-1"], "tags": ["aws"]},
    {"name": "alert_routing", "value": {"default": "#data", "by_team": {"ml": ["#ml", "#oncall"]}}, "tags": ["alerts"]},
    {"name": "greeting", "value": "Grüße aus Köln, 你好 👋", "tags": ["ünïcode"]},
    {"name": "empty-text", "value": "", "tags": []},
    {"name": "every_character-0", "value": {ANYTHING: f"{ANYTHING}\0\t\r\n\u2028"}, "tags": [ANYTHING]},
    {"name": "numbers", "value": [-0.0, 1.0, 1, 1e-7, 2**63, -(2**63), 0.1], "tags": []},
    {"name": "report_path", "value": "s3://{{ prefect.variables.environment }}/reports/{{ flow_run.id }}", "tags": []},
]

#: Names of the generated ones' tags, in turn.
TEAMS = ("billing", "growth", "logistics", "ml", "risk")


async def add_variables(send: Request, count: int) -> None:
    """Creates the hand-written variables, then a threshold a tenant up to `count`."""
    generated = (_threshold(number) for number in range(count - len(HAND_WRITTEN)))
    await create_each(send, "/variables/", [*HAND_WRITTEN, *generated])


def _threshold(number: int) -> dict[str, Any]:
    return {
        "name": f"tenant_{number:03}_threshold",
        "value": {"warn": number * 10, "page": number * 25},
        "tags": [TEAMS[number % len(TEAMS)]],
    }
