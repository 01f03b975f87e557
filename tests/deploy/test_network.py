"""Nothing comes in and nothing goes out but for what is needed, and what is needed does."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.deploy.manifests import Manifests, Object, Pod


def selects(selector: Object, pod: Pod) -> bool:
    """Whether a selector means a pod."""
    labels = selector.get("matchLabels", {})
    expressions = selector.get("matchExpressions", [])
    assert all(expression["operator"] == "In" for expression in expressions)
    return all(pod.labels.get(name) == value for name, value in labels.items()) and all(
        pod.labels.get(expression["key"]) in expression["values"] for expression in expressions
    )


def ports(cluster: Manifests, pod: Pod, direction: str) -> set[int | str]:
    """The ports that are open to a pod, or for it, in a direction: ingress or egress."""
    policies = [found for found in cluster.of("NetworkPolicy") if selects(found["spec"]["podSelector"], pod)]
    rules = [rule for policy in policies for rule in policy["spec"].get(direction, [])]
    assert all(rule.get("ports") for rule in rules), "a rule without ports opens all"
    return {port["port"] for rule in rules for port in rule["ports"]}


def listening(pod: Pod) -> set[int]:
    """Where a pod's container listens for others."""
    return {port["containerPort"] for port in pod.container.get("ports", [])}


def peers(cluster: Manifests) -> Iterator[Object]:
    """Who is named as a peer in the same namespace."""
    for policy in cluster.of("NetworkPolicy"):
        for direction, side in (("ingress", "from"), ("egress", "to")):
            for rule in policy["spec"].get(direction, []):
                yield from (
                    peer["podSelector"]
                    for peer in rule.get(side, [])
                    if "namespaceSelector" not in peer
                    if "podSelector" in peer
                )


def test_everybody_is_denied_by_default_in_both_directions(cluster: Manifests) -> None:
    """Pods that come later too."""
    denied = [found["spec"] for found in cluster.of("NetworkPolicy") if found["spec"]["podSelector"] == {}]
    assert denied == [{"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}]


def test_a_port_is_open_exactly_where_somebody_listens(cluster: Manifests) -> None:
    """Neither a path that leads nowhere nor a port that nobody reaches."""
    for pod in cluster.pods():
        assert ports(cluster, pod, "ingress") == listening(pod), pod.component


def test_who_needs_redis_reaches_it_on_the_port_of_its_url(cluster: Manifests) -> None:
    """The settings and the policies are in different files."""
    for pod in cluster.pods():
        if pod.is_ours:
            redis = urlsplit(cluster.environment(pod)["MIGRATOR_REDIS_URL"])
            assert redis.port in ports(cluster, pod, "egress"), pod.component


def test_only_who_talks_to_workspaces_gets_out(cluster: Manifests) -> None:
    """By HTTPS; on a trial by Prefect's own port as well."""
    outside = {pod.component for pod in cluster.pods() if 443 in ports(cluster, pod, "egress")}
    assert outside == {"worker", "coordinator"}
    assert ports(cluster, cluster.pod("worker"), "egress") <= {53, 443, 4200, 6379}


def test_names_can_be_looked_up(cluster: Manifests) -> None:
    """By both protocols: a long answer comes by TCP."""
    names = cluster.one("NetworkPolicy", "migrator-names")["spec"]["egress"][0]["ports"]
    assert [(port["protocol"], port["port"]) for port in names] == [("UDP", 53), ("TCP", 53)]


def test_the_metadata_of_a_cloud_cannot_be_read(cluster: Manifests) -> None:
    """The address where a cloud hands out the machine's own credentials."""
    blocks = [
        peer["ipBlock"]
        for policy in cluster.of("NetworkPolicy")
        for rule in policy["spec"].get("egress", [])
        for peer in rule.get("to", [])
        if peer.get("ipBlock", {}).get("cidr") == "0.0.0.0/0"
    ]
    assert blocks
    assert all("169.254.0.0/16" in block["except"] for block in blocks)


def test_every_selector_means_a_pod(cluster: Manifests) -> None:
    """A mistyped label would select nobody, in silence."""
    pods = list(cluster.pods())
    selectors = [policy["spec"]["podSelector"] for policy in cluster.of("NetworkPolicy")]
    budgets = [budget["spec"]["selector"] for budget in cluster.of("PodDisruptionBudget")]
    services = [{"matchLabels": service["spec"]["selector"]} for service in cluster.of("Service")]
    for selector in (*selectors, *budgets, *services, *peers(cluster)):
        assert any(selects(selector, pod) for pod in pods), selector


def test_a_service_leads_to_a_port_that_is_open(cluster: Manifests) -> None:
    """By its name."""
    for service in cluster.of("Service"):
        (pod,) = (pod for pod in cluster.pods() if selects({"matchLabels": service["spec"]["selector"]}, pod))
        named = {port["name"]: port["containerPort"] for port in pod.container["ports"]}
        assert all(named[port["targetPort"]] == port["port"] for port in service["spec"]["ports"])
