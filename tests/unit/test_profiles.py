"""Prefect profiles: what is read, from where, and how clearly it is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from migrator.prefect_api.profiles import Profile, default_profiles_path, read_profile

EVERY_FORM = """
active = "plain"

[profiles.plain]
PREFECT_API_URL = "http://127.0.0.1:4200/api"

[profiles."with every setting"]
PREFECT_API_URL = "https://prefect.example/api/"
PREFECT_API_KEY = "pnu_0123"
PREFECT_API_AUTH_STRING = "admin:pass"
PREFECT_API_TLS_INSECURE_SKIP_VERIFY = "true"
PREFECT_API_SSL_CERT_FILE = "/etc/ssl/own.pem"
PREFECT_API_REQUEST_TIMEOUT = "12.5"
PREFECT_CLIENT_CUSTOM_HEADERS = '{"X-Team": "data", "X-Other": "1"}'
PREFECT_CLIENT_CSRF_SUPPORT_ENABLED = "false"
PREFECT_LOGGING_LEVEL = "DEBUG"
PREFECT_CLOUD_API_URL = "https://api.prefect.cloud/api"

[profiles.typed]
PREFECT_API_URL = "http://localhost:4200/api"
PREFECT_API_TLS_INSECURE_SKIP_VERIFY = true
PREFECT_API_REQUEST_TIMEOUT = 30
PREFECT_CLIENT_CSRF_SUPPORT_ENABLED = false

[profiles.typed.PREFECT_CLIENT_CUSTOM_HEADERS]
X-Team = "data"

[profiles.empty]
PREFECT_API_URL = "http://localhost:4200/api"
PREFECT_API_KEY = ""
PREFECT_API_SSL_CERT_FILE = ""
PREFECT_API_TLS_INSECURE_SKIP_VERIFY = "0"
PREFECT_CLIENT_CSRF_SUPPORT_ENABLED = "On"
PREFECT_CLIENT_CUSTOM_HEADERS = "{}"

[profiles.places]
"api.url" = "http://localhost:4200/api"
"api.key" = "pnu_0123"
"client.csrf_support_enabled" = false
"""

PREFECTS_OWN_VIEW = """
import json, warnings
warnings.simplefilter("ignore")
from prefect.settings import load_profiles, temporary_settings
from prefect.settings.context import get_current_settings

def shown(profile):
    defaults = {"api.url", "api.key", "api.auth_string", "client.custom_headers"}
    with temporary_settings({s: v for s, v in profile.settings.items()}, restore_defaults=defaults) as settings:
        api, client = settings.api, settings.client
        return {
            "api_url": api.url,
            "api_key": api.key.get_secret_value() if api.key else None,
            "auth_string": api.auth_string.get_secret_value() if api.auth_string else None,
            "headers": client.custom_headers,
            "verify_tls": not api.tls_insecure_skip_verify,
            "ca_file": api.ssl_cert_file or None,
            "csrf": client.csrf_support_enabled,
            "request_timeout": api.request_timeout,
        }

print(json.dumps({
    "path": str(get_current_settings().profiles_path),
    "profiles": {name: shown(p) for name, p in load_profiles(include_defaults=False).items()},
}))
"""


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "profiles.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _shown(profile: Profile) -> dict[str, object]:
    return {
        "api_url": profile.api_url,
        "api_key": profile.api_key,
        "auth_string": profile.auth_string,
        "headers": dict(profile.headers),
        "verify_tls": profile.verify_tls,
        "ca_file": str(profile.ca_file) if profile.ca_file else None,
        "csrf": profile.csrf,
        "request_timeout": profile.request_timeout,
    }


def test_a_profile_with_a_url_alone_has_prefects_defaults(tmp_path: Path) -> None:
    """The defaults are those of `prefect/settings/models/{api,client}.py`."""
    profile = read_profile("plain", profiles_path=_written(tmp_path, EVERY_FORM))

    assert profile == Profile(name="plain", api_url="http://127.0.0.1:4200/api")
    assert profile.verify_tls
    assert profile.csrf
    assert profile.request_timeout == 60.0


def test_every_setting_of_a_client_is_read(tmp_path: Path) -> None:
    """All that a client of Prefect's takes from its settings when it is built."""
    profile = read_profile("with every setting", profiles_path=_written(tmp_path, EVERY_FORM))

    assert profile == Profile(
        name="with every setting",
        api_url="https://prefect.example/api/",
        api_key="pnu_0123",
        auth_string="admin:pass",
        headers={"X-Team": "data", "X-Other": "1"},
        verify_tls=False,
        ca_file=Path("/etc/ssl/own.pem"),
        csrf=False,
        request_timeout=12.5,
    )


def test_typed_values_and_a_table_of_headers_are_read_like_their_strings(tmp_path: Path) -> None:
    """Prefect writes strings; people write what TOML offers."""
    profile = read_profile("typed", profiles_path=_written(tmp_path, EVERY_FORM))

    assert not profile.verify_tls
    assert not profile.csrf
    assert profile.request_timeout == 30.0
    assert profile.headers == {"X-Team": "data"}


def test_an_empty_credential_is_no_credential(tmp_path: Path) -> None:
    """Prefect sends no header for an empty key."""
    profile = read_profile("empty", profiles_path=_written(tmp_path, EVERY_FORM))

    assert (profile.api_key, profile.auth_string, profile.ca_file) == (None, None, None)


def test_the_environment_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """D-3, invariant 11: the environment's `PREFECT_API_URL` does not override a named profile."""
    path = _written(tmp_path, EVERY_FORM)
    before = read_profile("plain", profiles_path=path)

    monkeypatch.setenv("PREFECT_PROFILE", "typed")
    for setting, value in {
        "URL": "http://elsewhere.example/api",
        "KEY": "pnu_of_the_environment",
        "AUTH_STRING": "other:secret",
        "TLS_INSECURE_SKIP_VERIFY": "true",
        "SSL_CERT_FILE": "/elsewhere.pem",
        "REQUEST_TIMEOUT": "1",
    }.items():
        monkeypatch.setenv(f"PREFECT_API_{setting}", value)
        monkeypatch.setenv(f"API_{setting}", value)
    monkeypatch.setenv("PREFECT_CLIENT_CUSTOM_HEADERS", '{"Authorization": "Bearer of the environment"}')
    monkeypatch.setenv("PREFECT_CLIENT_CSRF_SUPPORT_ENABLED", "false")

    assert read_profile("plain", profiles_path=path) == before


def test_nothing_of_another_profile_gets_in(tmp_path: Path) -> None:
    """D-4, invariant 11: a client is built from one profile alone, whichever is the active one."""
    text = EVERY_FORM.replace('active = "plain"', 'active = "with every setting"')

    assert read_profile("plain", profiles_path=_written(tmp_path, text)) == Profile(
        "plain", "http://127.0.0.1:4200/api"
    )


def test_no_secret_is_in_a_profiles_repr(tmp_path: Path) -> None:
    """Invariant 10: logs and errors may hold a profile's repr."""
    text = EVERY_FORM.replace("https://prefect.example", "https://user:hidden@prefect.example")
    profile = read_profile("with every setting", profiles_path=_written(tmp_path, text))

    assert "with every setting" in repr(profile)
    for secret in ("pnu_0123", "admin", "data", "hidden"):
        assert secret not in repr(profile)


def test_a_profile_cannot_be_changed_and_can_be_a_key(tmp_path: Path) -> None:
    """Clients are cached by their profile."""
    profile = read_profile("typed", profiles_path=_written(tmp_path, EVERY_FORM))

    with pytest.raises(TypeError):
        profile.headers["X-Late"] = "1"  # type: ignore[index]
    assert len({profile, profile}) == 1


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "home/.prefect/profiles.toml"),
        ({"PREFECT_HOME": "elsewhere"}, "elsewhere/profiles.toml"),
        ({"PREFECT_HOME": "~/prefect"}, "home/prefect/profiles.toml"),
        ({"PREFECT_PROFILES_PATH": "my.toml", "PREFECT_HOME": "elsewhere"}, "my.toml"),
        ({"PREFECT_PROFILES_PATH": "$PREFECT_HOME/my.toml", "PREFECT_HOME": "elsewhere"}, "elsewhere/my.toml"),
        ({"PREFECT_PROFILES_PATH": "", "PREFECT_HOME": ""}, "home/.prefect/profiles.toml"),
    ],
)
def test_the_file_is_where_prefect_keeps_it(
    variables: dict[str, str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `prefect/settings/sources.py` looks for it, but for the working directory's files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("PREFECT_PROFILES_PATH", "PREFECT_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert default_profiles_path().absolute() == tmp_path / expected


def test_the_default_file_is_read_when_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual case on a laptop."""
    monkeypatch.setenv("PREFECT_PROFILES_PATH", str(_written(tmp_path, EVERY_FORM)))

    assert read_profile("plain").api_url == "http://127.0.0.1:4200/api"


def test_this_reader_agrees_with_prefects_own(tmp_path: Path) -> None:
    """Holds the reader against `prefect.settings.load_profiles`, in a process of its own: its import costs seconds."""
    path = _written(tmp_path, EVERY_FORM)
    environment = {n: v for n, v in os.environ.items() if not n.startswith("PREFECT_") and n != "SSL_CERT_FILE"}
    answer = subprocess.run(
        [sys.executable, "-c", PREFECTS_OWN_VIEW],
        env={**environment, "PREFECT_HOME": str(tmp_path), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )

    prefects = json.loads(answer.stdout)
    assert prefects["path"] == str(path)
    assert len(prefects["profiles"]) == 5
    ours = {name: _shown(read_profile(name, profiles_path=path)) for name in prefects["profiles"]}
    assert ours == {name: _normalised(profile) for name, profile in prefects["profiles"].items()}


def _normalised(prefects: dict[str, object]) -> dict[str, object]:
    """An empty credential is sent by neither client; ours says so by `None`."""
    return {name: None if value == "" else value for name, value in prefects.items()}
