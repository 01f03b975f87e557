"""What a worker process counts for Prometheus: docs/reference/metrics.md has the same table.

One rule says how the metrics of several processes are put together. What begins with one of `SHARED` is the same in all
processes, because they all read it of one run or one destination: take the largest. All else is of one process: add up.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics

from migrator.kinds import KINDS
from migrator.model.outcome import Outcome

disable_created_metrics()  # type: ignore[no-untyped-call] # the one function that its authors have not annotated

#: How the names begin of what all processes have in common.
SHARED = ("migrator_run_", "migrator_destination_")

REGISTRY = CollectorRegistry()

WORKER = Gauge("migrator_worker_info", "1 for each worker process.", ["worker", "version"], registry=REGISTRY)
SETTLED = Counter(
    "migrator_nodes_settled", "Nodes that have settled, by kind and outcome.", ["kind", "outcome"], registry=REGISTRY
)
# From 0 on: of a series that begins with 3, Prometheus sees no increase, and the first failures would alert nobody.
for _kind in KINDS:
    for _outcome in (Outcome.FAILED, Outcome.SKIPPED):
        SETTLED.labels(_kind.name, _outcome)
CLAIMED = Histogram(
    "migrator_claimed_nodes", "Claims, by how many nodes were got.", buckets=(0, 1, 5, 10, 25, 50), registry=REGISTRY
)
REAPED = Counter("migrator_leases_reaped", "Leases of workers that are gone, taken back.", registry=REGISTRY)
LOST = Counter("migrator_leases_lost", "Leases that this process had lost when it renewed.", registry=REGISTRY)
REQUESTS = Counter(
    "migrator_requests",
    "Requests, by status; none where no answer came.",
    ["profile", "method", "status"],
    registry=REGISTRY,
)
LATENCY = Histogram(
    "migrator_request_seconds",
    "How long requests took.",
    ["profile", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
ALLOWED = Gauge("migrator_requests_allowed", "Requests that may be in flight.", ["profile"], registry=REGISTRY)
IN_FLIGHT = Gauge("migrator_requests_in_flight", "Requests that are in flight.", ["profile"], registry=REGISTRY)

PAUSE = Gauge(
    "migrator_destination_pause_seconds",
    "For how long it still wants to be left alone.",
    ["profile"],
    registry=REGISTRY,
)
SILENT = Gauge("migrator_destination_silent", "Whether it answers nobody.", ["profile"], registry=REGISTRY)
RUN_NODES = Gauge("migrator_run_nodes", "Nodes of a run, by where they are.", ["run", "state"], registry=REGISTRY)
RUN_PAUSED = Gauge("migrator_run_paused", "Whether a run is paused.", ["run"], registry=REGISTRY)

ProcessCollector(registry=REGISTRY)
