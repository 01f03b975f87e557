"""Scraping: metrics as Prometheus reads them."""

import urllib.request
from collections import Counter

from prometheus_client.parser import text_string_to_metric_families


def scraped(port: int) -> Counter[tuple[str, ...]]:
    """What a process of this machine serves: by name and by the values of the labels, in the order of their names."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return Counter({(s.name, *(s.labels[label] for label in sorted(s.labels))): s.value for s in samples})
