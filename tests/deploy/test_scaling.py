"""The fleet follows the work: what is scaled on, scraped and alerted on are metrics of the program's."""

import re

import pytest
import yaml

from migrator.engine.doorbell import QUEUE
from migrator.settings import Settings
from tests.deploy.commands import parsed
from tests.deploy.manifests import Manifests, Object
from tests.unit.docs.pages import page
from workers.metrics import REGISTRY

#: What the workers serve.
SERVED = {f"{found.name}_total" if found.type == "counter" else found.name for found in REGISTRY.collect()}
_METRIC = re.compile(r"\bmigrator_\w+")


@pytest.fixture
def scaled(production: Manifests) -> Object:
    """What KEDA is told."""
    found: Object = production.one("ScaledObject", "migrator-worker")["spec"]
    return found


def test_every_metric_that_is_asked_for_is_one_of_the_program_s(scaled: Object) -> None:
    """And is put together as its page says: by max what is of a run."""
    (trigger,) = scaled["triggers"]
    query = trigger["metadata"]["query"]
    assert set(_METRIC.findall(query)) <= SERVED
    assert re.findall(r"(\w+) by \([\w, ]+\) \(migrator_run_", query) == ["max", "max"]


def test_alerts_are_those_that_are_written_down_for_everybody(production: Manifests) -> None:
    """Where another test holds them against the program."""
    written = yaml.safe_load(page("monitoring/alerts.yml"))
    assert production.one("PrometheusRule", "migrator")["spec"] == written


def test_it_scales_on_what_is_ready_and_in_flight_never_on_the_queue(scaled: Object) -> None:
    """A message is a doorbell: none waits while all are at work, and a few ring for a million nodes."""
    (trigger,) = scaled["triggers"]
    assert trigger["type"] == "prometheus"
    assert 'migrator_run_nodes{state=~"ready|in_flight"}' in trigger["metadata"]["query"]
    assert "migrator_run_paused" in trigger["metadata"]["query"]
    assert QUEUE not in trigger["metadata"]["query"].split()


def test_there_is_always_a_worker_to_say_how_much_there_is(scaled: Object) -> None:
    """The metrics are the workers' own, so from none nobody would ever be started."""
    assert scaled["minReplicaCount"] >= 1
    assert scaled["minReplicaCount"] <= scaled["fallback"]["replicas"] <= scaled["maxReplicaCount"]


def test_workers_are_taken_away_late_and_one_by_one(scaled: Object) -> None:
    """Whoever is taken away may hold nodes, and the graph may widen again."""
    down = scaled["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
    assert down["stabilizationWindowSeconds"] >= 300
    assert [(policy["value"], policy["periodSeconds"]) for policy in down["policies"]] == [(1, 60)]


def test_a_pod_more_is_asked_for_when_one_is_full(scaled: Object, production: Manifests) -> None:
    """As many nodes as its processes may have in flight."""
    processes = parsed(production.pod("worker").container["args"]).params["processes"]
    assert (
        int(scaled["triggers"][0]["metadata"]["threshold"]) == processes * Settings.model_fields["concurrency"].default
    )


def test_who_scales_says_how_many(scaled: Object, production: Manifests) -> None:
    """Applying again must not put them back."""
    assert scaled["scaleTargetRef"]["name"] == "migrator-worker"
    assert "replicas" not in production.one("Deployment", "migrator-worker")["spec"]


def test_every_process_of_a_pod_is_scraped(production: Manifests) -> None:
    """Each serves its own, from the first port on, for who can reach the pod."""
    worker = production.pod("worker")
    processes = parsed(worker.container["args"]).params["processes"]
    environment = production.environment(worker)
    first = int(environment["MIGRATOR_METRICS_PORT"])
    ports = {port["name"]: port["containerPort"] for port in worker.container["ports"]}
    endpoints = production.one("PodMonitor", "migrator-worker")["spec"]["podMetricsEndpoints"]
    assert sorted(ports.values()) == [first + number for number in range(processes)]
    assert {endpoint["port"] for endpoint in endpoints} == ports.keys()
    assert environment["MIGRATOR_METRICS_HOST"] == "0.0.0.0"  # noqa: S104 - the pod's


def test_who_scrapes_means_the_workers(production: Manifests) -> None:
    """By the labels that they have."""
    selector = production.one("PodMonitor", "migrator-worker")["spec"]["selector"]
    assert selector == production.one("Deployment", "migrator-worker")["spec"]["selector"]
