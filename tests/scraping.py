"""Scraping: metrics as Prometheus reads them."""

import random
import socket
import urllib.request
from collections import Counter

from prometheus_client.parser import text_string_to_metric_families


def scraped(port: int) -> Counter[tuple[str, ...]]:
    """What a process of this machine serves: by name and by the values of the labels, in the order of their names."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return Counter({(s.name, *(s.labels[label] for label in sorted(s.labels))): s.value for s in samples})


def free_ports(number: int) -> int:
    """The first of so many ports in a row that nobody listens on."""
    while True:
        first = random.randrange(20_000, 32_000)  # noqa: S311 - below those that the kernel hands out
        if not any(_is_taken(port) for port in range(first, first + number)):
            return first


def _is_taken(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
