"""Credential files, one directory a profile, as Kubernetes mounts a secret, and how they win over profiles.toml."""

from pathlib import Path

import pytest

from migrator.errors import UsageError
from migrator.prefect_api.profiles import Profile, read_profile

LAPTOP = """
[profiles.plain]
PREFECT_API_URL = "http://127.0.0.1:4200/api"

[profiles.both]
PREFECT_API_URL = "https://prefect.example/api"
PREFECT_API_KEY = "pnu_0123"
PREFECT_API_AUTH_STRING = "admin:pass"

[profiles.headed]
PREFECT_API_URL = "http://localhost:4200/api"
PREFECT_CLIENT_CUSTOM_HEADERS = '{"X-Team": "data"}'
"""


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "profiles.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _refusal(name: str, path: Path, credentials_dir: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_profile(name, profiles_path=path, credentials_dir=credentials_dir)
    return caught.value


def _mounted(tmp_path: Path, profile: str = "plain", **files: str) -> Path:
    folder = tmp_path / "credentials" / profile
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (folder / name.replace("_", "-")).write_text(value, encoding="utf-8")
    return tmp_path / "credentials"


def test_it_alone_makes_a_profile(tmp_path: Path) -> None:
    """A pod has no profiles.toml; values in mounted files end with a newline."""
    directory = _mounted(tmp_path, "prod", url=" https://prod.example/api \n", api_key="pnu_1\n")

    profile = read_profile("prod", profiles_path=tmp_path / "none.toml", credentials_dir=directory)

    assert profile == Profile("prod", "https://prod.example/api", api_key="pnu_1")


def test_its_files_win_and_the_rest_comes_from_the_profile(tmp_path: Path) -> None:
    """The same workspace may have another address from inside the cluster."""
    directory = _mounted(tmp_path, "headed", url="https://inside.example/api")

    profile = read_profile("headed", profiles_path=_written(tmp_path, LAPTOP), credentials_dir=directory)

    assert profile.api_url == "https://inside.example/api"
    assert profile.headers == {"X-Team": "data"}


def test_its_key_displaces_the_profiles_auth_string(tmp_path: Path) -> None:
    """A client sends the auth string when it has both, so a mounted key would otherwise never be used."""
    directory = _mounted(tmp_path, "both", api_key="pnu_mounted")

    profile = read_profile("both", profiles_path=_written(tmp_path, LAPTOP), credentials_dir=directory)

    assert (profile.api_key, profile.auth_string) == ("pnu_mounted", None)


def test_an_empty_file_is_no_value(tmp_path: Path) -> None:
    """A secret with an unused field mounts an empty file."""
    directory = _mounted(tmp_path, "both", api_key=" \n", auth_string="")

    profile = read_profile("both", profiles_path=_written(tmp_path, LAPTOP), credentials_dir=directory)

    assert (profile.api_key, profile.auth_string) == ("pnu_0123", "admin:pass")


def test_another_profiles_directory_gives_nothing(tmp_path: Path) -> None:
    """Invariant 11: one workspace's credentials never reach the other."""
    directory = _mounted(tmp_path, "other", url="https://other.example/api", api_key="pnu_of_the_other")

    profile = read_profile("plain", profiles_path=_written(tmp_path, LAPTOP), credentials_dir=directory)

    assert profile == Profile("plain", "http://127.0.0.1:4200/api")


@pytest.mark.parametrize("name", ["", ".", "..", "../credentials/other", "other/."])
def test_a_name_that_is_a_path_leads_nowhere(name: str, tmp_path: Path) -> None:
    """Invariant 11."""
    directory = _mounted(tmp_path, "other", url="https://other.example/api")
    (tmp_path / "url").write_text("https://above.example/api", encoding="utf-8")

    assert "no profile" in _refusal(name, _written(tmp_path, LAPTOP), directory).what


def test_its_profiles_are_among_the_known_ones(tmp_path: Path) -> None:
    """The message counts both places in which a profile may be."""
    directory = _mounted(tmp_path, "production", url="https://prod.example/api")

    error = _refusal("productoin", _written(tmp_path, "[profiles.local]"), directory)

    assert "'production'" in error.advice
    assert "local, production" in error.advice


def test_a_file_that_is_not_utf_8_is_named_and_not_quoted(tmp_path: Path) -> None:
    """Invariant 10."""
    directory = _mounted(tmp_path, "prod", url="https://prod.example/api")
    (directory / "prod" / "api-key").write_bytes(b"pnu_\xff")

    error = _refusal("prod", tmp_path / "none.toml", directory)

    assert str(directory / "prod" / "api-key") in error.what
    assert "pnu_" not in error.what


def test_a_directory_without_a_url_is_told_which_file_is_missing(tmp_path: Path) -> None:
    """A pod's user cannot follow the advice to call prefect."""
    directory = _mounted(tmp_path, "prod", api_key="pnu_1")

    error = _refusal("prod", tmp_path / "none.toml", directory)

    assert "no PREFECT_API_URL" in error.what
    assert "'url'" in error.advice
