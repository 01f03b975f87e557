"""The canonical spelling of a workspace's URL, by which the same workspace given twice is recognised (invariant 11)."""

from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from migrator.errors import UsageError
from migrator.prefect_api.profiles import normalised_url

PORTS = {"http": 80, "https": 443}
LABELS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)
HOSTS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
SEGMENTS = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=8)
PATHS = st.lists(SEGMENTS.filter(lambda segment: segment not in {".", ".."}), max_size=4)
THIS_MACHINE = st.sampled_from(
    ["localhost", "LocalHost", "localhost.", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"]  # noqa: S104 - compared only
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://prefect.example/api", "http://prefect.example/api"),
        ("HTTP://Prefect.Example/api", "http://prefect.example/api"),
        ("http://prefect.example:80/api//", "http://prefect.example/api"),
        ("https://prefect.example:443/api", "https://prefect.example/api"),
        ("https://prefect.example:80/api", "https://prefect.example:80/api"),
        ("http://prefect.example:4200/", "http://prefect.example:4200"),
        ("http://prefect.example:/api", "http://prefect.example/api"),
        ("http://prefect.example./api", "http://prefect.example/api"),
        ("https://user:pass@prefect.example/api?key=1#top", "https://prefect.example/api"),
        ("http://127.0.0.1:4200/api", "http://localhost:4200/api"),
        ("http://[0:0:0:0:0:0:0:1]:4200/api", "http://localhost:4200/api"),
        ("http://[::ffff:127.0.0.1]:4200/api", "http://localhost:4200/api"),
        ("http://0.0.0.0:4200/api", "http://localhost:4200/api"),
        ("http://[2001:DB8::0:1]/api", "http://[2001:db8::1]/api"),
        ("http://127.0.0.2:4200/api", "http://127.0.0.2:4200/api"),
        ("http://h/%61pi/a%2fb/%C3%A9", "http://h/api/a%2Fb/%C3%A9"),
        ("http://h/é", "http://h/%C3%A9"),
        ("http://h/x/../api/./", "http://h/api"),
        ("http://h//api", "http://h/api"),
        ("http://bücher.example/api", "http://xn--bcher-kva.example/api"),
        ("http://\uff11\uff12\uff17.0.0.1/api", "http://localhost/api"),
        ("https://h/api/accounts/A/workspaces/B", "https://h/api/accounts/A/workspaces/B"),
    ],
)
def test_a_url_has_one_spelling(url: str, expected: str) -> None:
    """Each rule of the canonical spelling, once."""
    assert normalised_url(url) == expected


@given(scheme=st.sampled_from(sorted(PORTS)), host=HOSTS, path=PATHS, port=st.none() | st.integers(0, 65535))
def test_normalising_twice_changes_nothing(scheme: str, host: str, path: list[str], port: int | None) -> None:
    """Idempotent, whatever the path holds: what was compared once can be stored and compared again."""
    authority = host if port is None else f"{host}:{port}"
    once = _normalised_or_assumed(f"{scheme}://{authority}/" + "/".join(quote(segment) for segment in path))

    assert normalised_url(once) == once


@given(data=st.data(), scheme=st.sampled_from(sorted(PORTS)), host=HOSTS, path=PATHS)
def test_spellings_of_one_url_are_equal(data: st.DataObject, scheme: str, host: str, path: list[str]) -> None:
    """Case, default port, user info, slashes and needless percent-encoding tell nothing apart."""
    plain = f"{scheme}://{host}/" + "/".join(quote(segment, safe="") for segment in path)
    user = data.draw(st.sampled_from(["", "user@", "user:pass@"]))
    port = data.draw(st.sampled_from(["", ":", f":{PORTS[scheme]}"]))
    respelt = "/".join(_respelt(data, segment) for segment in path)
    slashes = "/" * data.draw(st.integers(0, 2))

    other = f"{_recased(data, scheme)}://{user}{_recased(data, host)}{port}/{respelt}{slashes}"

    assert _normalised_or_assumed(plain) == normalised_url(other)


@given(one=THIS_MACHINE, other=THIS_MACHINE, port=st.integers(1, 65535))
def test_this_machine_has_one_name(one: str, other: str, port: int) -> None:
    """`localhost` and its addresses reach the same server, also the one that listens on all of them."""
    assert normalised_url(f"http://{one}:{port}/api") == normalised_url(f"http://{other}:{port}/api")


@given(host=HOSTS, one=PATHS, other=PATHS)
def test_different_paths_stay_different(host: str, one: list[str], other: list[str]) -> None:
    """Two workspaces of one account differ in a segment only, and must never be taken for one."""
    assume(one != other)
    urls = {f"https://{host}/" + "/".join(quote(segment, safe="") for segment in path) for path in (one, other)}

    assert len({_normalised_or_assumed(url) for url in urls}) == 2


@pytest.mark.parametrize(
    "url", ["", "secret", "secret.example/api", "ftp://secret/api", "http://", "http://:80/secret", "http://secret:x/"]
)
def test_what_is_no_http_url_is_refused_and_not_quoted(url: str) -> None:
    """Invariant 10: it may be a key that was pasted in the URL's place."""
    with pytest.raises(UsageError) as caught:
        normalised_url(url)

    assert "secret" not in caught.value.what + caught.value.advice


def _normalised_or_assumed(url: str) -> str:
    """The normalised URL, unless the host is one that `urlsplit` refuses."""
    try:
        return normalised_url(url)
    except UsageError:
        assume(condition=False)
        raise


def _recased(data: st.DataObject, text: str) -> str:
    upper = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    return "".join(c.upper() if up else c for c, up in zip(text, upper, strict=True))


def _respelt(data: st.DataObject, segment: str) -> str:
    """The segment with every byte percent-encoded that must be, some that need not be, in either case."""
    spelt = []
    for character in segment:
        encoded = "".join(f"%{byte:02X}" for byte in character.encode())
        choices = [encoded, encoded.lower()]
        if quote(character, safe="") == character:
            choices.append(character)
        spelt.append(data.draw(st.sampled_from(choices)))
    return "".join(spelt)
