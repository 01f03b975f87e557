"""Addresses: whether a text names the workspace that it is in."""

import pytest

from migrator.model.addresses import NOWHERE, THIS_MACHINE, address_of

WORKSPACE = "0f8fad5b-d9cb-469f-a165-70867728950e"
CLOUD = f"https://api.prefect.cloud/api/accounts/7c9e6679-7425-40de-944b-e07fc1f90ae7/workspaces/{WORKSPACE}"
LOCAL = "http://localhost:4200/api"
OPEN = "https://prefect.example.com/api"
ODD = "https://prefect.example.com:8443/api"


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (LOCAL, "http://localhost:4200/api"),
        (LOCAL, "http://127.0.0.1:4200"),
        (LOCAL, "[::1]:4200"),
        (LOCAL, "see\nLOCALHOST:4200, or call us"),
        (ODD, "https://user:pw@prefect.example.com:8443/x"),
        (OPEN, "https://prefect.example.com/api"),
        (OPEN, "HTTPS://Prefect.Example.Com:443"),
        (OPEN, "Look at http://user:pw@prefect.example.com."),
        (CLOUD, f"https://app.prefect.cloud/account/x/workspace/{WORKSPACE}/runs"),
        (CLOUD, CLOUD.upper()),
    ],
)
def test_its_own_address_is_found(url: str, text: str) -> None:
    """However it is spelled."""
    assert address_of(url).places_in({"a": text}) == ("/a",)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (LOCAL, "http://localhost:42000/api"),
        (LOCAL, "http://localhost:8080"),
        (LOCAL, "postgres://db.localhost:4200"),
        (LOCAL, "other-localhost:4200"),
        (ODD, "https://prefect.example.com/api"),
        (OPEN, "https://prefect.example.com:8443/api"),
        (OPEN, "https://prefect.example.com.au/api"),
        (OPEN, "https://prefect.example.community"),
        (OPEN, "https://prefectxexample.com"),
        (OPEN, "https://my.prefect.example.com"),
        (OPEN, "the host prefect.example.com"),
        (CLOUD, "https://api.prefect.cloud/api/accounts/7c9e6679-7425-40de-944b-e07fc1f90ae7"),
    ],
)
def test_another_address_is_not(url: str, text: str) -> None:
    """Another port, another host, another workspace of the same account."""
    assert address_of(url).places_in({"a": text}) == ()


def test_it_is_found_at_any_depth() -> None:
    """In lists and in names of members too, each by its JSON pointer."""
    body = {"env": {"PREFECT/URL": "http://localhost:4200"}, "list": [1, ["localhost:4200"]], "localhost:4200": None}

    assert address_of(LOCAL).places_in(body) == ("/env/PREFECT~1URL", "/list/1/0", "/localhost:4200")


def test_a_machine_has_many_names() -> None:
    """Whichever the profile uses."""
    for name in THIS_MACHINE:
        host = f"[{name}]" if ":" in name else name
        assert address_of(f"http://{host}:4200/api").places_in(["127.0.0.1:4200"]) == ("/0",)


def test_nowhere_is_named_nowhere() -> None:
    """For readers that know no address."""
    assert NOWHERE.places_in({"a": "http://localhost:4200"}) == ()
