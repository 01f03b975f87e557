"""Latency: what counts as slow is what takes longer than the server needs for the same thing."""

import time

import pytest

from migrator.prefect_api import latency
from migrator.prefect_api.latency import Latencies, class_of


def test_it_is_held_against_the_best_of_its_class() -> None:
    """A list takes longer than a variable, and is not slow for that."""
    latencies = Latencies()
    for seconds in (0.1, 0.2, 0.3):
        latencies.add("create", seconds)
        latencies.add("list", seconds * 10)
    assert latencies.take() == pytest.approx(2.0)


def test_nothing_is_known_of_what_did_not_come() -> None:
    """Each answer counts once."""
    latencies = Latencies()
    latencies.add("create", 0.1)
    assert latencies.take() == 1.0
    assert latencies.take() == 0.0


def test_small_latencies_are_noise() -> None:
    """A loaded loop takes a few ms more; that is nobody's overload."""
    latencies = Latencies()
    for seconds in (0.001, 0.009, 0.012):
        latencies.add("create", seconds)
    assert latencies.take() < 1.0


def test_one_slow_answer_among_many_is_no_rise() -> None:
    """The median decides."""
    latencies = Latencies()
    for seconds in (*[0.1] * 9, 5.0):
        latencies.add("create", seconds)
    assert latencies.take() == pytest.approx(1.0)


def test_the_best_is_forgotten_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that became slower for good is not held against what it once was."""
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    latencies = Latencies()
    latencies.add("create", 0.1)
    now += 2 * latency.DOUBLED_AFTER
    latencies.add("create", 0.8)
    assert latencies.take() == pytest.approx(1.5)  # 1 at first, then 0.8 against 0.4


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("POST", "/deployments/"), ("POST", "/deployments/"), True),
        (("POST", "/deployments/"), ("POST", "/deployments/filter"), False),
        (("GET", "/variables/name/a"), ("GET", "/variables/name/b"), True),
        (("GET", "/variables/name/a"), ("DELETE", "/variables/name/a"), False),
        (("POST", "/work_pools/a/queues"), ("POST", "/work_pools/b/queues"), True),
    ],
)
def test_a_class_is_what_takes_as_long(one: tuple[str, str], other: tuple[str, str], *, same: bool) -> None:
    """Names and ids in a path do not make another class."""
    assert (class_of(*one) == class_of(*other)) is same
