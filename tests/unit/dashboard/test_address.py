"""Who can reach the page where it listens, and by which names it may be called."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.dashboard.address import host_of, is_loopback, listening_at, url_of
from migrator.dashboard.site import path_here
from migrator.errors import UsageError


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_only(host: str) -> None:
    """Its own addresses and its own name."""
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "localhost.example.com", "evil.test", "", "127.1"])  # noqa: S104
def test_others_too(host: str) -> None:
    """Any other, and every name: it may be made to lead anywhere."""
    assert not is_loopback(host)


@given(st.sampled_from(["127.0.0.1", "::1", "localhost", "a.test"]), st.integers(0, 65535))
def test_a_host_is_read_from_its_header(host: str, port: int) -> None:
    """With a port or without, and an IPv6 address in its brackets."""
    assert host_of(urlsplit(url_of(host, port)).netloc) == host


def test_a_port_that_is_taken_is_said() -> None:
    """With what to do."""
    with taken_port() as port, pytest.raises(UsageError) as refused:
        listening_at("127.0.0.1", port)
    assert "--port" in refused.value.advice


@contextmanager
def taken_port() -> Iterator[int]:
    """A port where somebody listens."""
    with listening_at("127.0.0.1", 0) as socket:
        yield socket.getsockname()[1]


@given(
    st.text(st.characters(codec="utf-8"), max_size=30)
    | st.sampled_from(["//evil.test", "/\\evil.test", "/\t/evil.test"])
)
def test_after_the_token_one_is_led_to_a_page_of_ours(path: str) -> None:
    """Whatever a form says: no path leads to another host."""
    led = path_here(path)
    assert led.startswith("/")
    assert urlsplit(led).netloc == ""
    assert "\\" not in led


@pytest.mark.parametrize("path", ["/", "/runs/last", "/runs/a/resources?kind=flow"])
def test_after_the_token_one_is_led_where_one_was_going(path: str) -> None:
    """To the page that asked for it."""
    assert path_here(path) == path
