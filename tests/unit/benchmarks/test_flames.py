"""Stacks that a profiler saw become shares of places, and a flame graph."""

import re
from xml.etree import ElementTree as ET

import pytest

from benchmarks.flames import flame_graph
from benchmarks.profile.stacks import BARE, IMPORTS, Stack, flame, spent, stacks

RUN = 'process 1:"/v/bin/python3 /v/bin/migrator run --from a --to b"'
WORKER = f'{RUN};process 2:"/v/bin/python3 -P -m workers --processes 1"'
BODY = "<module> (/v/bin/migrator:1);main (/home/migrator/cli/__init__.py:85)"
IMPORTING = (
    "_find_and_load (<frozen importlib._bootstrap>:1165);<module> (/v/lib/python3.11/site-packages/redis/client.py:1)"
)
RAW = f"""{RUN};{BODY};read (/v/lib/python3.11/site-packages/redis/client.py:9) 6
{RUN};{BODY};{IMPORTING} 3
{RUN} 1
{WORKER};_run_once (/p/lib/python3.11/asyncio/events.py:7) 5
"""


def seen() -> list[Stack]:
    """What was seen of both processes."""
    return [*stacks(RAW, "/home")]


def test_whose_a_stack_is_is_told_by_the_innermost_process() -> None:
    """A worker process is a child of the coordinator."""
    assert [stack.role for stack in seen()] == ["the coordinator"] * 3 + ["the worker processes"]


def test_a_frame_is_named_by_module_and_function_wherever_it_is_installed() -> None:
    """So a picture names no path of the machine."""
    assert seen()[0].frames == ("migrator.<module>", "migrator.cli.main", "redis.client.read")


def test_the_way_into_a_module_is_an_import_and_no_more() -> None:
    """Python's own frames on that way are left out; the body of the program that was started is no import."""
    assert seen()[1].frames == ("migrator.<module>", "migrator.cli.main", "import redis.client")


def test_the_shares_of_all_places_are_the_whole() -> None:
    """What an import does is the import's, and nobody else's."""
    shares = spent(seen()[:3])
    assert (shares["redis"], shares[IMPORTS], shares[BARE]) == pytest.approx((60, 30, 10))
    assert sum(shares.values()) == pytest.approx(100)


def test_what_stacks_have_in_common_is_drawn_once_and_as_wide_as_both() -> None:
    """The widest first; what is below is a part of what is above."""
    root = flame("the coordinator", seen()[:3])
    (body,) = root.inner
    (main,) = body.inner
    assert (root.samples, body.samples, main.samples) == (10, 9, 9)
    assert [(frame.name, frame.samples) for frame in main.inner] == [
        ("redis.client.read", 6),
        ("import redis.client", 3),
    ]


def test_what_is_too_narrow_to_be_seen_is_left_out() -> None:
    """Its samples stay in what is above it."""
    stacks_of_one = [Stack("", ("wide",), 999), Stack("", ("narrow",), 1)]
    root = flame("all", stacks_of_one)
    assert root.samples == 1000
    assert [frame.name for frame in root.inner] == ["wide"]


def test_a_frame_is_as_wide_as_its_share() -> None:
    """And names itself to who points at it."""
    drawn = ET.fromstring(flame_graph(flame("the coordinator", seen()[:3])))  # noqa: S314 - our own
    widths = {
        title.text.split(":")[0]: float(frame.attrib["width"])
        for frame in drawn.iter("{http://www.w3.org/2000/svg}rect")
        if (title := frame.find("{http://www.w3.org/2000/svg}title")) is not None and title.text
    }
    assert widths["redis.client.read"] == pytest.approx(2 * widths["import redis.client"], rel=0.02)


def test_a_flame_graph_is_legible_in_the_dark_and_loads_nothing() -> None:
    """As every picture of the page."""
    picture = flame_graph(flame("the coordinator", seen()))
    assert "prefers-color-scheme: dark" in picture
    assert not re.search(r"url\(|href|<script|@import", picture)
