"""Latency: what counts as slow is what takes longer than the server needs for the same thing."""

import time

import pytest

from migrator.prefect_api import latency
from migrator.prefect_api.latency import Latencies, class_of


def slowness(latencies: Latencies) -> float:
    """How many times longer than the best it took."""
    return latencies.take()[0]


def test_it_is_held_against_the_best_of_its_class() -> None:
    """A list takes longer than a variable, and is not slow for that."""
    latencies = Latencies()
    for seconds in (0.1, 0.2, 0.3):
        latencies.add("create", seconds)
        latencies.add("list", seconds * 10)
    assert slowness(latencies) == pytest.approx(2.0)


def test_nothing_is_known_of_what_did_not_come() -> None:
    """Each answer counts once."""
    latencies = Latencies()
    latencies.add("create", 0.1)
    assert slowness(latencies) == 1.0
    assert slowness(latencies) == 0.0


def test_small_latencies_are_noise() -> None:
    """A loaded loop takes a few ms more; that is nobody's overload."""
    latencies = Latencies()
    for seconds in (0.001, 0.009, 0.012):
        latencies.add("create", seconds)
    assert slowness(latencies) < 1.0


def test_one_slow_answer_among_many_is_no_rise() -> None:
    """The median decides."""
    latencies = Latencies()
    for seconds in (*[0.1] * 9, 5.0):
        latencies.add("create", seconds)
    assert slowness(latencies) == pytest.approx(1.0)


def test_the_best_of_each_class_is_told_once() -> None:
    """With how it went; the next time, only what came since."""
    latencies = Latencies()
    for seconds in (0.2, 0.1, 0.3):
        latencies.add("create", seconds)
    latencies.add("list", 2.0)
    assert latencies.take()[1] == {"create": 0.1, "list": 2.0}
    latencies.add("create", 0.4)
    assert latencies.take()[1] == {"create": 0.4}


def test_it_is_held_against_what_others_have_seen() -> None:
    """Who never was alone with the server learns how fast it can be, and that it became slower for good."""
    latencies = Latencies()
    found = []
    for best in (0.2, 0.1, 0.4):
        latencies.tell({"create": best, "list": 9.0})
        latencies.add("create", 0.8)
        found.append(slowness(latencies))
    assert found == pytest.approx([4.0, 8.0, 2.0])


def test_what_was_answered_meanwhile_is_not_forgotten() -> None:
    """What one is told is of the report before."""
    latencies = Latencies()
    latencies.add("create", 0.1)
    latencies.tell({"create": 0.2})
    assert slowness(latencies) == pytest.approx(1.0)


def test_the_best_is_not_known_any_more_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was idle over night does not hold the day against it; what others tell it keeps up."""
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    latencies = Latencies()
    latencies.add("create", 0.1)
    latencies.add("list", 0.1)
    now += latency.FORGOTTEN_AFTER / 2
    latencies.tell({"list": 0.1})
    slowness(latencies)
    now += latency.FORGOTTEN_AFTER * 0.6
    found = []
    for request_class in ("create", "list"):
        latencies.add(request_class, 0.8)
        found.append(slowness(latencies))
    assert found == pytest.approx([1.0, 8.0])


def test_who_reports_to_nobody_remembers_no_more_than_some() -> None:
    """A coordinator that lists a million resources holds none of its latencies against anything."""
    latencies = Latencies()
    for seconds in (1.0, *[4.0] * latency.LATEST):
        latencies.add("list", seconds)
    assert latencies.take() == (4.0, {"list": 4.0})
    assert latencies.typical == 1.0


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
