"""Automations: every kind of trigger and of action, ids at every depth, cycles, and two of one name."""

from typing import Any

from migrator.demo.workspace.blocks import reference
from migrator.demo.workspace.ids import Ids
from migrator.demo.workspace.names import ANYTHING
from migrator.demo.workspace.sending import Request, create_each
from migrator.demo.workspace.triggers import compound, on_event, sequence

#: What an automation does that has nothing to do.
NOTHING: dict[str, Any] = {"type": "do-nothing"}


async def add_automations(send: Request, ids: Ids) -> None:
    """Creates the automations."""
    automations = (*_reacting(ids), *_notifying(ids), *_composite(ids), *_plain(ids), *_namesakes(ids))
    await create_each(send, "/automations/", automations)
    await _add_cycles(send)


def _run(deployment_id: str, **settings: Any) -> dict[str, Any]:
    return {"type": "run-deployment", "source": "selected", "deployment_id": deployment_id, **settings}


def _reacting(ids: Ids) -> list[dict[str, Any]]:
    nightly, hourly = ids.deployments["etl/nightly"], ids.deployments["etl/hourly"]
    after_nightly = on_event(
        "prefect.flow-run.Completed",
        match={"prefect.resource.id": "prefect.flow-run.*"},
        match_related={"prefect.resource.role": "deployment", "prefect.resource.id": f"prefect.deployment.{nightly}"},
    )
    parameters = {
        "upstream": "{{ event.resource.id }}",
        "target": reference(ids.blocks["s3-bucket/raw"]),
        "rows": {"__prefect_kind": "json", "value": "10"},
    }
    job_variables = {"env": {"UPSTREAM": "{{ flow_run.id }}"}, "cpu": 1}
    return [
        {
            "name": "Report after the nightly load",
            "description": "Runs what depends on the load.",
            "tags": ["core", "süd"],
            "trigger": after_nightly,
            "actions": [
                _run(hourly, parameters=parameters),
                _run(nightly, job_variables=job_variables, schedule_after=600),
            ],
        },
        {
            "name": "Pause what stands in the way / resume it",
            "trigger": on_event(
                "prefect.work-pool.not-ready",
                match={"prefect.resource.id": f"prefect.work-pool.{ids.pools['kubernetes']}"},
            ),
            "actions": [
                {"type": "pause-deployment", "source": "selected", "deployment_id": hourly},
                {"type": "pause-work-queue", "work_queue_id": ids.queues["kubernetes/standard"]},
                {"type": "pause-work-pool", "source": "selected", "work_pool_id": ids.pools["etl-workers"]},
            ],
            "actions_on_trigger": [{"type": "resume-work-queue", "work_queue_id": ids.queues["etl-workers/high"]}],
            "actions_on_resolve": [
                {"type": "resume-deployment", "source": "selected", "deployment_id": hourly},
                {"type": "resume-work-pool", "work_pool_id": ids.pools["etl-workers"]},
            ],
        },
    ]


def _notifying(ids: Ids) -> list[dict[str, Any]]:
    slack, webhook = ids.blocks["slack-webhook/data-alerts"], ids.blocks["webhook/incident-desk"]
    notify = {"type": "send-notification", "block_document_id": slack}
    late = on_event(
        "prefect.flow-run.Late",
        match={"prefect.resource.id": ["prefect.flow-run.*"]},
        match_related=[
            {"prefect.resource.role": "flow", "prefect.resource.id": f"prefect.flow.{ids.flows['etl']}"},
            {
                "prefect.resource.role": ["work-queue", "work-pool"],
                "prefect.resource.id": [
                    f"prefect.work-queue.{ids.queues['kubernetes/urgent']}",
                    f"prefect.work-pool.{ids.pools['kubernetes']}",
                ],
            },
        ],
    )
    return [
        {
            "name": "Call the incident desk",
            "trigger": late,
            "actions": [
                {"type": "call-webhook", "block_document_id": webhook, "payload": '{"run": "{{ flow_run.name }}"}'}
            ],
            "actions_on_trigger": [{**notify, "subject": "Zu spät ⏰", "body": "{{ flow_run.name }} is late"}],
            "actions_on_resolve": [{**notify, "body": "All is well again"}],
        },
        {
            "name": "Someone changed the credentials",
            "enabled": False,
            "trigger": on_event(
                "prefect.block-document.*",
                match={
                    "prefect.resource.id": [
                        f"prefect.block-document.{ids.blocks['warehouse-credentials/analytics']}",
                        f"prefect.concurrency-limit.{ids.limits['database-slots']}",
                    ]
                },
            ),
            "actions": [{**notify, "body": f"See /blocks/block/{ids.blocks['warehouse-credentials/analytics']}"}],
        },
    ]


def _composite(ids: Ids) -> list[dict[str, Any]]:
    nightly = f"prefect.deployment.{ids.deployments['etl/nightly']}"
    hourly = f"prefect.deployment.{ids.deployments['etl/hourly']}"
    queue = f"prefect.work-queue.{ids.queues['etl-workers/default']}"
    ready = on_event("prefect.work-queue.ready", match={"prefect.resource.id": queue})
    loaded = [
        on_event(
            "prefect.flow-run.Completed",
            match_related={"prefect.resource.role": "deployment", "prefect.resource.id": deployment},
        )
        for deployment in (nightly, hourly)
    ]
    return [
        {
            "name": "When both loads are done",
            "trigger": compound("all", [compound("any", [*loaded, ready], within=600), *loaded], within=7200),
            "actions": [_run(ids.deployments["reporting/checked parameters"], parameters={"day": "2024-02-29"})],
        },
        {
            "name": "First the nightly, then the hourly load",
            "trigger": sequence([*loaded, ready], within=86400),
            "actions": [{"type": "cancel-flow-run"}, {"type": "suspend-flow-run"}],
        },
        {"name": "Two of three", "trigger": compound(2, [*loaded, ready], within=None), "actions": [NOTHING]},
    ]


def _loaded(ids: Ids) -> list[str]:
    """The names of events that some flows send."""
    return [f"acme.loaded.{ids.deployments[name]}" for name in ("etl/nightly", "etl/hourly", "etl/backfill")]


def _plain(ids: Ids) -> list[dict[str, Any]]:
    silent = on_event(
        "prefect.flow-run.heartbeat",
        after=["prefect.flow-run.Running"],
        for_each=["prefect.resource.id", "related:flow:prefect.resource.id"],
        posture="Proactive",
        within=300,
        match_related={
            "prefect.resource.role": "deployment",
            "prefect.resource.id": f"prefect.deployment.{ids.deployments['train model/own limit']}",
        },
    )
    crash = {"type": "change-flow-run-state", "state": "CRASHED", "name": "Zombie", "message": "No heartbeat"}
    return [
        {"name": "Zombies", "trigger": silent, "actions": [crash]},
        {"name": f"Watch {ids.flows['etl']}", "trigger": on_event("acme.watch"), "actions": [NOTHING]},
        {
            "name": ANYTHING,
            "description": ANYTHING,
            "tags": [ANYTHING],
            # The server keeps names of events in no order.
            "trigger": on_event(*_loaded(ids), match={ANYTHING: [ANYTHING, "!acme.*"]}),
            "actions": [{"type": "cancel-flow-run"}],
        },
        {"name": "does/nothing/yet", "trigger": on_event("acme.order.*", threshold=3, within=60), "actions": []},
        {
            "name": "Whatever was meant",
            "trigger": on_event("prefect.deployment.not-ready"),
            "actions": [
                {"type": "pause-deployment", "source": "inferred"},
                {"type": "resume-automation", "source": "inferred"},
                {"type": "resume-flow-run"},
                {"type": "delete-flow-run"},
            ],
        },
    ]


def _namesakes(ids: Ids) -> list[dict[str, Any]]:
    """Several of one name. Two differ in what they run, each owned by its deployment as `prefect deploy` makes them."""
    alike = {"name": "Retry on crash", "trigger": on_event("acme.cluster.back"), "actions": [NOTHING]}
    owned = [
        {
            "name": "Retry on crash",
            "trigger": on_event("acme.cluster.back"),
            "actions": [_run(ids.deployments[deployment])],
            "owner_resource": f"prefect.deployment.{ids.deployments[deployment]}",
        }
        for deployment in ("etl/nightly", "etl/hourly")
    ]
    return [*owned, alike, alike]


async def _add_cycles(send: Request) -> None:
    """Two automations that pause each other, one that pauses itself, and two that are triggered by each other."""
    names = ("Day shift", "Night shift", "Only once", "Echo", "Echo of the echo")
    trigger = on_event("acme.shift.*")
    unfinished = ({"name": name, "trigger": trigger, "actions": [NOTHING]} for name in names)
    ids = await create_each(send, "/automations/", unfinished)
    pauses = {"Day shift": "Night shift", "Night shift": "Day shift", "Only once": "Only once"}
    hears = {"Echo": "Echo of the echo", "Echo of the echo": "Echo"}
    finished: list[dict[str, Any]] = [
        *({"name": name, "trigger": trigger, "actions": [_pause(ids[other])]} for name, other in pauses.items()),
        *({"name": name, "trigger": _fired(ids[other]), "actions": [NOTHING]} for name, other in hears.items()),
    ]
    for automation in finished:
        await send("PUT", f"/automations/{ids[automation['name']]}", automation)


def _pause(automation_id: str) -> dict[str, Any]:
    return {"type": "pause-automation", "source": "selected", "automation_id": automation_id}


def _fired(automation_id: str) -> dict[str, Any]:
    return on_event(
        "prefect.automation.triggered", match={"prefect.resource.id": f"prefect.automation.{automation_id}"}
    )
