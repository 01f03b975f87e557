"""Profiles that cannot be used: each refusal says what is wrong and what to do, and never quotes the file.

The file holds keys, so every test here that looks for a planted value also stands for invariant 10.
"""

from pathlib import Path

import pytest

from migrator.errors import UsageError
from migrator.exit_codes import ExitCode
from migrator.prefect_api.profiles import read_profile

THREE = """
[profiles.plain]
PREFECT_API_URL = "http://127.0.0.1:4200/api"
[profiles.staging]
[profiles."with spaces"]
"""


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "profiles.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _refusal(name: str, path: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_profile(name, profiles_path=path)
    assert caught.value.exit_code is ExitCode.USAGE
    return caught.value


def test_no_file(tmp_path: Path) -> None:
    """The message says where it was looked for."""
    error = _refusal("prod", tmp_path / "none.toml")

    assert str(tmp_path / "none.toml") in error.what
    assert "prefect profile create prod" in error.advice


def test_an_unknown_profile_names_the_nearest_and_all(tmp_path: Path) -> None:
    """A misspelt name is the usual cause."""
    error = _refusal("plian", _written(tmp_path, THREE))

    assert "'plian'" in error.what
    assert "did you mean 'plain'?" in error.advice
    assert "plain, staging, with spaces" in error.advice


def test_an_unknown_profile_like_no_other_is_given_no_guess(tmp_path: Path) -> None:
    """A far-fetched guess only confuses."""
    assert "did you mean" not in _refusal("zzz", _written(tmp_path, THREE)).advice


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[profiles.x]\nPREFECT_API_KEY = "pnu_secret\n', "line 2"),
        ("[profiles.x]\n\npnu_secret\n", "line 3"),
        ("[profiles.pnu_secret]\n[profiles.pnu_secret]\n", "line 2"),
        ('[profiles.x]\nPREFECT_API_KEY = """pnu_secret', "end of document"),
    ],
)
def test_broken_toml_is_placed_and_not_quoted(text: str, place: str, tmp_path: Path) -> None:
    """The parser's own message may quote the file, as in the third case."""
    error = _refusal("x", _written(tmp_path, text))

    assert place in error.what
    assert "pnu_secret" not in error.what + error.advice
    assert error.__cause__ is None


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    """What editors on Windows may write."""
    (tmp_path / "profiles.toml").write_bytes(b"\xff\xfe")

    assert "not UTF-8" in _refusal("x", tmp_path / "profiles.toml").what


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A directory in the file's place, or a file of somebody else."""
    assert "cannot be read" in _refusal("x", tmp_path).what


@pytest.mark.parametrize("text", ["profiles = 1", "[profiles]\nx = 1"])
def test_profiles_that_are_no_tables(text: str, tmp_path: Path) -> None:
    """Valid TOML that is no profiles file."""
    assert _refusal("x", _written(tmp_path, text)).advice


def test_no_url(tmp_path: Path) -> None:
    """Prefect would go on with a server that it starts for itself, which is never what is meant."""
    error = _refusal("x", _written(tmp_path, '[profiles.x]\nPREFECT_SERVER_EPHEMERAL_ENABLED = "true"'))

    assert "no PREFECT_API_URL" in error.what
    assert "ephemeral server" in error.what
    assert "config set PREFECT_API_URL" in error.advice


@pytest.mark.parametrize(
    "url",
    [
        "pnu_secret",
        "pnu_secret.example/api",
        "ftp://pnu_secret/api",
        "http:///pnu_secret",
        "http://pnu_secret:port/api",
        "http://[pnu_secret/api",
        "http://pnu_secret/a b",
        "http://pnu_secret\\u0007/api",
    ],
)
def test_a_url_that_is_none_is_not_quoted(url: str, tmp_path: Path) -> None:
    """A key that was pasted in the URL's place must not be printed."""
    error = _refusal("x", _written(tmp_path, f'[profiles.x]\nPREFECT_API_URL = "{url}"'))

    assert "PREFECT_API_URL of the profile 'x'" in error.what
    assert "pnu_secret" not in error.what + error.advice


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PREFECT_API_KEY", "4711"),
        ("PREFECT_API_TLS_INSECURE_SKIP_VERIFY", '"4711"'),
        ("PREFECT_API_REQUEST_TIMEOUT", '"s4711"'),
        ("PREFECT_API_REQUEST_TIMEOUT", "-4711"),
        ("PREFECT_API_REQUEST_TIMEOUT", "inf"),
        ("PREFECT_CLIENT_CUSTOM_HEADERS", "'{\"X-4711\": '"),
        ("PREFECT_CLIENT_CUSTOM_HEADERS", "'[4711]'"),
        ("PREFECT_CLIENT_CUSTOM_HEADERS", "{ X-4711 = 4711 }"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_not_quoted(setting: str, value: str, tmp_path: Path) -> None:
    """Names of headers are the user's own too."""
    error = _refusal("x", _written(tmp_path, f'[profiles.x]\nPREFECT_API_URL = "http://h/api"\n{setting} = {value}'))

    assert f"{setting}: " in error.what
    assert "4711" not in error.what + error.advice
    assert error.__cause__ is None
