"""share finds the window with which most work is done (invariant 13), and the smaller one where that is the same."""

import asyncio
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from tests.integration.engine.mutation import mutated
from tests.integration.engine.working import LIMIT, Course, Gain, between, work

#: A workspace to a Prefect server on SQLite, as measured: 32, 42, 53 and 247 ms a resource.
SQLITE = between({1: 1.0, 2: 0.77, 4: 0.6, 16: 0.13, 64: 0.1})
#: Reports after which what there is to find has been found.
FOUND = 60
#: Gains that are tried.
EXAMPLES = 12


def course(redis_url: str, gain: Gain, processes: int, reports: int = 200) -> Course:
    """What becomes of a destination with such a gain."""

    async def run() -> Course:
        async with Redis.from_url(redis_url) as redis:
            return await work(redis, f"gain-{uuid4()}", gain, processes=processes, reports=reports)

    return asyncio.run(run())


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_where_no_answer_waits_all_is_in_flight_that_may_be(processes: int, redis_url: str) -> None:
    """And nothing less is tried: half as much could not do as much."""
    assert set(course(redis_url, lambda window: window, processes).windows[FOUND:]) == {LIMIT * processes}


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_where_more_in_flight_does_less_one_request_is(processes: int, redis_url: str) -> None:
    """One in all, however many processes there are."""
    assert course(redis_url, SQLITE, processes).usual(after=FOUND) == 1


def test_of_windows_that_do_as_much_the_smallest_is_taken(redis_url: str) -> None:
    """One that serves one request at a time does as much with one in flight as with all."""
    assert course(redis_url, lambda _: 1.0, 2).usual(after=FOUND) == 1


def test_where_answers_wait_and_more_is_done_for_that_it_grows(redis_url: str) -> None:
    """Answers take eight times as long here, and are worth it."""
    slowly = between({1: 1.0, 2: 1.2, 4: 1.45, 8: 1.75, 16: 2.1})
    assert course(redis_url, slowly, 1).usual(after=FOUND) == LIMIT


@pytest.mark.parametrize("processes", [1, 2])
def test_to_look_for_it_costs_little(processes: int, redis_url: str) -> None:
    """Two in a hundred, where the other window is a quarter worse."""
    assert course(redis_url, SQLITE, processes, 600).share_of(1.0, after=FOUND) > 0.98


def test_a_destination_that_changes_is_followed(redis_url: str) -> None:
    """What was the best is tried against others as long as somebody writes."""
    answers = 0

    def gain(window: int) -> float:
        nonlocal answers
        answers += 1
        return SQLITE(window) if answers < 500 else window

    assert course(redis_url, gain, 1, 500).windows[-1] == LIMIT


steps = st.floats(1.25, 1.9)


@st.composite
def curves(draw: st.DrawFn) -> Gain:
    """Gains that grow up to some window, and fall beyond."""
    top, gain, points = draw(st.integers(0, 6)), 1.0, {1: 1.0}
    for power in range(1, 7):
        step = draw(steps)
        gain = gain * step if power <= top else gain / step
        points[2**power] = gain
    return between(points)


def check_any(redis_url: str, examples: int) -> None:
    """Whatever is the best, most of what could be done is done."""

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(gain=curves(), processes=st.integers(1, 3))
    def is_found(gain: Gain, processes: int) -> None:
        best = max(gain(window) for window in range(1, LIMIT * processes + 1))
        assert course(redis_url, gain, processes).share_of(best, after=2 * FOUND) > 0.85

    is_found()


def test_most_of_what_could_be_done_is_done(redis_url: str) -> None:
    """For gains with one top, wherever that is."""
    check_any(redis_url, EXAMPLES)


MUTANTS = {
    "more is always better": ("return gain > its_gain * WORTH", "return true"),
    "more is never better": ("return gain > its_gain * WORTH", "return false"),
    "less is always better": ("return gain * WORTH >= its_gain", "return true"),
    "less is never better": ("return gain * WORTH >= its_gain", "return false"),
    "nothing else is tried": ("local other = rest <= 0 and", "local other = false and"),
    "a trial does not end": (
        "local found = base and judged(window, gain, base) or",
        "local found = base and window or",
    ),
    "it grows by itself beyond what is enough": (
        "local limit = math.min(most, number('enough', math.huge))",
        "local limit = most",
    ),
    "a window is measured by its latency alone": (
        "return math.floor(window) * answers / slow",
        "return answers / slow",
    ),
    "one that is not known yet is measured": ("'unsettled', 2 * sharers", "'unsettled', 0"),
    "it is tried all the time": ("math.min(RARELY, 2 * pause)", "1"),
}


def check_all(redis_url: str) -> None:
    """What each mutant breaks somewhere."""
    test_of_windows_that_do_as_much_the_smallest_is_taken(redis_url)
    test_to_look_for_it_costs_little(1, redis_url)
    check_any(redis_url, EXAMPLES)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_does_less(mutant: str, redis_url: str) -> None:
    """Each would leave some destination with less than it can do, or cost too much."""
    with mutated("share", *MUTANTS[mutant]), pytest.raises(AssertionError):
        check_all(redis_url)
