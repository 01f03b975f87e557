"""docs/reference/metrics.md has every metric with its type and labels, and no other."""

from prometheus_client import Counter, Gauge, Histogram

from tests.unit.docs.pages import code, page, rows
from workers import metrics

OURS = [metric for metric in vars(metrics).values() if isinstance(metric, Counter | Gauge | Histogram)]
_PROCESS = "process_"
_ROWS = {code(row[0])[0]: row for row in rows(page("reference/metrics.md")) if row[0].startswith("`")}


def name_of(metric: Counter | Gauge | Histogram) -> str:
    """The name that one asks for."""
    (family,) = metric.describe()
    return f"{family.name}_total" if family.type == "counter" else family.name


def test_every_metric_has_a_row() -> None:
    """And every row is a metric."""
    documented = {name for name in _ROWS if not name.startswith(_PROCESS)}
    assert documented == {name_of(metric) for metric in OURS}


def test_what_is_said_of_a_metric_is_so() -> None:
    """Its type, and its labels in order."""
    for metric in OURS:
        (family,) = metric.describe()
        row = _ROWS[name_of(metric)]
        assert row[1] == family.type
        assert tuple(code(row[2])) == metric._labelnames  # noqa: SLF001 - nothing else tells them before they are used


def test_what_the_process_says_of_itself_is_named() -> None:
    """These come from prometheus-client."""
    (row,) = [row for name, row in _ROWS.items() if name.startswith(_PROCESS)]
    served = {sample.name for family in metrics.REGISTRY.collect() for sample in family.samples}
    assert {name for name in served if name.startswith(_PROCESS)} == set(code(row[0]))
