"""What manifests let the program do exists."""

import re
from importlib.resources import files

from tests.deploy.commands import parsed
from tests.deploy.manifests import Manifests, Pod

_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")


def probe(pod: Pod, name: str) -> list[str]:
    """The command of a probe."""
    command: list[str] = pod.container[name]["exec"]["command"]
    return command


def test_every_command_is_one_of_ours_with_its_options(cluster: Manifests) -> None:
    """A name that the cluster fills in stands for itself."""
    for pod in cluster.pods():
        if pod.is_ours:
            parsed(pod.container["args"])


def test_every_probe_is_one_of_ours_with_its_options(cluster: Manifests) -> None:
    """It is the program that knows whether it is well; a page is asked for itself."""
    for pod in cluster.pods():
        for name in _PROBES:
            if pod.is_ours and name in pod.container:
                program, *arguments = probe(pod, name)
                if program == "migrator":
                    parsed(arguments)
                else:
                    assert (pod.component, program, arguments[0]) == ("dashboard", "python", "-c")


def test_the_page_is_asked_where_it_listens(cluster: Manifests) -> None:
    """For something that is there and needs no Redis."""
    page = cluster.pod("dashboard")
    place = parsed(page.container["args"]).params
    asked = re.search(r"http://([\d.]+):(\d+)/static/(\w+\.css)", probe(page, "livenessProbe")[-1])
    assert asked
    assert (asked[1], int(asked[2])) == (place["host"], place["port"])
    assert (files("migrator.dashboard") / "static" / asked[3]).is_file()


def test_a_redis_that_is_away_restarts_no_worker(cluster: Manifests) -> None:
    """Whether one lives is a matter of its heartbeats; whether it is ready, of Redis."""
    worker = cluster.pod("worker")
    assert parsed(probe(worker, "livenessProbe")[1:]).params["question"] == "alive"
    assert parsed(probe(worker, "startupProbe")[1:]).params["question"] == "alive"
    assert parsed(probe(worker, "readinessProbe")[1:]).params["question"] == "ready"


def test_a_probe_that_is_slow_on_a_busy_node_is_no_failure(cluster: Manifests) -> None:
    """Python takes half a second to start; there is ten times as much."""
    for pod in cluster.pods():
        assert all(pod.container[name]["timeoutSeconds"] >= 5 for name in _PROBES if name in pod.container)
