"""A workspace in which every value is marked, so that a trace of one can be searched for."""

import secrets
from collections.abc import Callable
from typing import Any

Send = Callable[..., Any]
"""Sends one request to the server: method, path, body."""

CRON = {"cron": "0 2 * * *", "timezone": "UTC"}


class Marks:
    """Hands out values, each with a mark of its own.

    Attributes:
        handed_out: The marks in them: text that is found wherever the value went, however it was quoted.
    """

    def __init__(self) -> None:
        self.handed_out: list[str] = []

    def __call__(self) -> str:
        """A value that is hard to cut out of a message; its mark stands between characters that are escaped."""
        return f"it's \"é\\{self.plain()}\n"

    def plain(self) -> str:
        """A value that is a mark and no more."""
        self.handed_out.append(f"mark{len(self.handed_out):03}x{secrets.token_hex(8)}")
        return self.handed_out[-1]

    def tree(self) -> dict[str, Any]:
        """Values as deep as users nest them."""
        return {"text": self(), "list": [self(), {"deep": self()}], "number": 1}


def fill(send: Send, mark: Marks) -> None:
    """Fill a workspace; the destination is going to refuse one of its deployments, and say why with its value."""
    send("POST", "/variables/", {"name": "marked", "value": mark.tree(), "tags": [mark()]})
    slack = _documents(send, mark)
    pool = {"name": "marked", "type": "process", "description": mark(), "base_job_template": _template(mark, "string")}
    pool_id = send("POST", "/work_pools/", pool)["id"]
    send("POST", "/work_pools/marked/queues", {"name": "marked", "description": mark()})
    flow = send("POST", "/flows/", {"name": "marked", "tags": [mark()], "labels": {"label": mark()}})["id"]
    deployment = send("POST", "/deployments/", _deployment(mark, flow))["id"]
    send("POST", "/deployments/", {"name": "refused", "flow_id": flow, **_place(mark)})
    # What its variables are now measured by, the destination measures them by from the first.
    send("PATCH", "/work_pools/marked", {"base_job_template": _template(mark, "number")})
    send("POST", "/automations/", _automation(mark, slack, deployment, pool_id))
    is_marked = {"object": "tag", "property": "name", "type": "string", "operation": "equals", "value": mark()}
    send("PUT", "/saved_searches/", {"name": "marked", "filters": [is_marked]})


def _documents(send: Send, mark: Marks) -> str:
    """Documents of built-in types, one of them anonymous; answers with the id of the one that notifies."""
    _document(send, "secret", {"value": mark.tree()})
    _document(send, "webhook", {"url": f"https://example.com/{mark()}", "headers": {"Authorization": mark()}})
    _document(send, "local-file-system", {"basepath": mark()}, is_anonymous=True)
    return _document(send, "slack-webhook", {"url": f"https://hooks.example.com/{mark()}"})


def _document(send: Send, slug: str, data: dict[str, Any], *, is_anonymous: bool = False) -> str:
    block_type = send("GET", f"/block_types/slug/{slug}")["id"]
    of_type = {"block_schemas": {"block_type_id": {"any_": [block_type]}}, "limit": 1}
    schema = send("POST", "/block_schemas/filter", of_type)[0]["id"]
    body = {"data": data, "block_type_id": block_type, "block_schema_id": schema, "is_anonymous": is_anonymous}
    return str(send("POST", "/block_documents/", {**body, "name": None if is_anonymous else "marked"})["id"])


def _template(mark: Marks, cpu: str) -> dict[str, Any]:
    variables = {"cpu": {"type": cpu}, "env": {"type": "object", "default": {"KEY": mark()}}}
    return {
        "job_configuration": {"cpu": "{{ cpu }}", "env": "{{ env }}", "command": mark()},
        "variables": {"type": "object", "properties": variables},
    }


def _place(mark: Marks) -> dict[str, Any]:
    return {"work_pool_name": "marked", "job_variables": {"cpu": mark(), "env": {"KEY": mark()}}}


def _deployment(mark: Marks, flow: str) -> dict[str, Any]:
    return {
        "name": "marked",
        "flow_id": flow,
        **{name: mark() for name in ("description", "version", "path", "entrypoint")},
        "tags": [mark()],
        "labels": {"label": mark()},
        "parameters": mark.tree(),
        "pull_steps": [{"prefect.deployments.steps.git_clone": {"access_token": mark()}}],
        "schedules": [{"schedule": CRON, "parameters": mark.tree()}],
    }


def _automation(mark: Marks, slack: str, deployment: str, pool: str) -> dict[str, Any]:
    match = {"prefect.resource.id": f"prefect.work-pool.{pool}", "acme.customer": mark()}
    return {
        "name": "marked",
        "description": mark(),
        "tags": [mark()],
        "trigger": {"type": "event", "posture": "Reactive", "expect": [mark()], "match": match},
        "actions": [
            {"type": "run-deployment", "deployment_id": deployment, "parameters": mark.tree()},
            {"type": "send-notification", "block_document_id": slack, "subject": mark(), "body": mark()},
        ],
    }
