"""The workers as a fleet: one image, spread out, replaced one by one."""

from migrator import __version__
from tests.deploy.manifests import Manifests


def test_images_agree_with_each_other_and_with_the_program(cluster: Manifests) -> None:
    """A coordinator of another version than its workers would be left alone by them."""
    images = {pod.container["image"] for pod in cluster.pods() if pod.is_ours}
    assert images == {f"migrator:{__version__}"}


def test_every_image_has_a_version(cluster: Manifests) -> None:
    """Never the latest."""
    images = [pod.container["image"] for pod in cluster.pods()]
    assert all(":" in image and not image.endswith(":latest") for image in images)


def test_a_quarter_of_the_workers_may_be_away_and_a_broken_one_holds_up_nobody(cluster: Manifests) -> None:
    """A number of one would never let the node of a single worker be drained."""
    budget = cluster.one("PodDisruptionBudget", "migrator-worker")["spec"]
    assert budget["maxUnavailable"] == "25%"
    assert budget["unhealthyPodEvictionPolicy"] == "AlwaysAllow"
    assert budget["selector"] == cluster.one("Deployment", "migrator-worker")["spec"]["selector"]


def test_a_rollout_takes_no_worker_away_before_another_is_there(cluster: Manifests) -> None:
    """And old versions are kept for a rollback."""
    deployment = cluster.one("Deployment", "migrator-worker")["spec"]
    assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert deployment["revisionHistoryLimit"] > 0


def test_workers_are_spread_over_nodes_and_zones(cluster: Manifests) -> None:
    """Where there are several; one node is enough for a trial."""
    worker = cluster.pod("worker")
    spread = worker.spec["topologySpreadConstraints"]
    assert {rule["topologyKey"] for rule in spread} == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
    selector = cluster.one("Deployment", "migrator-worker")["spec"]["selector"]
    assert all(rule["labelSelector"] == selector for rule in spread)
    assert all(rule["whenUnsatisfiable"] == "ScheduleAnyway" for rule in spread)


def test_everything_says_what_it_is_part_of(cluster: Manifests) -> None:
    """By the labels that all tools know."""
    for found in cluster.objects:
        assert found["metadata"]["labels"]["app.kubernetes.io/part-of"] == "migrator"
    for pod in cluster.pods():
        assert {"app.kubernetes.io/name", "app.kubernetes.io/component"} <= pod.labels.keys()


def test_everything_is_in_the_one_namespace(cluster: Manifests) -> None:
    """Which is made with it."""
    (namespace,) = cluster.of("Namespace")
    places = {found["metadata"]["namespace"] for found in cluster.objects if found["kind"] != "Namespace"}
    assert places == {namespace["metadata"]["name"]}
