"""Prefect profiles, read without importing Prefect, whose settings alone cost seconds of CPU.

A profile is all that a client of one workspace may know: nothing of the environment and nothing of another profile gets
into it. What Prefect itself makes of a profile is `prefect/settings/profiles.py` of Prefect 3.8.8; a test holds this
reader against it.
"""

import difflib
import ipaddress
import json
import os
import posixpath
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from pydantic import AliasChoices, AliasGenerator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from migrator.errors import UsageError
from migrator.model.addresses import THIS_MACHINE

_DEFAULT_PORTS = {"http": 80, "https": 443}
_CREDENTIAL_FILES = ("url", "api-key", "auth-string")


@dataclass(frozen=True)
class Profile:
    """Where a workspace is and how its clients identify themselves. Its repr shows no secret."""

    name: str
    api_url: str = field(repr=False)
    """As it was written; may hold a password before the host. `normalised_url` gives a form that can be shown."""
    api_key: str | None = field(default=None, repr=False)
    """Sent as `Authorization: Bearer`, unless there is an `auth_string`."""
    auth_string: str | None = field(default=None, repr=False)
    """`user:password`, sent as `Authorization: Basic`; wins over `api_key`, as in Prefect's client."""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False, hash=False)
    """Custom headers of every request; they may hold credentials."""
    verify_tls: bool = True
    ca_file: Path | None = None
    """The certificates to trust in place of the usual ones."""
    csrf: bool = True
    """Whether a client fetches CSRF tokens where the server asks for them; Prefect Cloud never does."""
    request_timeout: float = 60.0
    """Seconds."""


class _Settings(BaseModel):
    """What a profile may say to us: each field is Prefect's setting of that name, parsed as Prefect parses it."""

    model_config = ConfigDict(
        hide_input_in_errors=True,
        # `load_profiles` knows each setting by its variable and by its place, PREFECT_API_URL and "api.url".
        alias_generator=AliasGenerator(
            validation_alias=lambda name: AliasChoices(f"PREFECT_{name.upper()}", name.replace("_", ".", 1))
        ),
    )

    api_url: str = ""
    api_key: str = ""
    api_auth_string: str = ""
    api_tls_insecure_skip_verify: bool = False
    api_ssl_cert_file: str = ""
    api_request_timeout: float = Field(default=60.0, gt=0, allow_inf_nan=False)
    client_custom_headers: dict[str, str] = Field(default_factory=dict)
    client_csrf_support_enabled: bool = True

    @field_validator("client_custom_headers", mode="before")
    @classmethod
    def _table_or_json(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError("neither a table nor JSON") from None


def read_profile(name: str, *, profiles_path: Path | None = None, credentials_dir: Path | None = None) -> Profile:
    """The profile of that name, from files alone: the environment's `PREFECT_API_URL` and the like change nothing.

    The files `<credentials_dir>/<name>/{url,api-key,auth-string}`, one value each, win over profiles.toml value by
    value; the two credentials count as one value, since a client sends only one of them. An empty file is no value.

    Args:
        name: The profile's name; neither the active profile nor `PREFECT_PROFILE` stands in for it.
        profiles_path: Prefect's profiles.toml; `default_profiles_path()` if not given.
        credentials_dir: A directory with a directory of credential files per profile.

    Raises:
        UsageError: There is no such profile, or what it says cannot be used. No message holds a value.
    """
    path = profiles_path or default_profiles_path()
    files = _credential_files(credentials_dir, name)
    profiles = _read_profiles(path)
    if name not in profiles and not files:
        raise _unknown_profile(name, path, _known_names(profiles, credentials_dir))
    said = _parsed(name, profiles.get(name, {}))
    credentials = {"api-key": said.api_key, "auth-string": said.api_auth_string}
    if files.keys() & credentials.keys():
        credentials = files
    return Profile(
        name=name,
        api_url=_checked_url(name, files.get("url") or said.api_url),
        api_key=credentials.get("api-key") or None,
        auth_string=credentials.get("auth-string") or None,
        headers=MappingProxyType(said.client_custom_headers),
        verify_tls=not said.api_tls_insecure_skip_verify,
        ca_file=Path(said.api_ssl_cert_file).expanduser() if said.api_ssl_cert_file else None,
        csrf=said.client_csrf_support_enabled,
        request_timeout=said.api_request_timeout,
    )


def known_profiles(*, profiles_path: Path | None = None, credentials_dir: Path | None = None) -> list[str]:
    """The names of all profiles that there are.

    Raises:
        UsageError: The profiles file is broken.
    """
    return _known_names(_read_profiles(profiles_path or default_profiles_path()), credentials_dir)


def default_profiles_path() -> Path:
    """Where Prefect keeps its profiles: `PREFECT_PROFILES_PATH`, else profiles.toml in `PREFECT_HOME` or `~/.prefect`.

    Prefect looks for those two settings also in `.env`, prefect.toml and pyproject.toml of the working directory; here
    the directory in which a command happens to be typed does not choose the workspaces it works on.
    """
    home = Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser()
    if named := os.environ.get("PREFECT_PROFILES_PATH"):
        return Path(named.replace("$PREFECT_HOME", str(home))).expanduser()
    return home / "profiles.toml"


def normalised_url(url: str) -> str:
    """The canonical spelling of a workspace's URL: two spellings of one URL give equal strings, fit to be shown.

    Scheme and host are lower-case; default ports, trailing slashes, dot segments, user info, query and fragment are
    dropped; only what needs percent-encoding has it; the names of this machine (`localhost`, `127.0.0.1`, `[::1]`,
    `0.0.0.0`, `[::]`) are one.

    Raises:
        UsageError: It is no http or https URL.
    """
    try:
        parts = _http_parts(url)
    except ValueError as error:
        raise UsageError(f"a workspace's URL {error}", "write it as in http://127.0.0.1:4200/api") from None
    port = "" if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    # Segment by segment, so that an encoded slash stays part of its segment.
    segments = [quote(unquote_to_bytes(segment), safe="") for segment in parts.path.split("/")]
    path = posixpath.normpath("/" + "/".join(segments).lstrip("/")).rstrip("/")
    return f"{parts.scheme}://{_normalised_host(parts.hostname or '')}{port}{path}"


def _http_parts(url: str) -> SplitResult:
    """The parts of an http or https URL; else a `ValueError` that does not quote it, for it may hold a key."""
    if not url.isprintable() or " " in url:
        raise ValueError("holds spaces or control characters")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("has no valid host and port") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise ValueError("does not begin with http:// or https://")
    if not parts.hostname:
        raise ValueError("names no host")
    return parts


def _normalised_host(host: str) -> str:
    with suppress(UnicodeError):  # a name that no name server can know is still equal to itself
        host = host.encode("idna").decode()
    host = host.rstrip(".") or host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "localhost" if host in THIS_MACHINE else host
    address = getattr(address, "ipv4_mapped", None) or address
    if str(address) in THIS_MACHINE:
        return "localhost"
    return f"[{address}]" if isinstance(address, ipaddress.IPv6Address) else str(address)


def _checked_url(name: str, url: str) -> str:
    advice = f"prefect --profile {name} config set PREFECT_API_URL=http://127.0.0.1:4200/api"
    if not url:
        what = f"the profile '{name}' has no PREFECT_API_URL: Prefect would start an ephemeral server for it"
        raise UsageError(what, f"give it one: {advice} (or the file 'url' of its credentials directory)")
    try:
        _http_parts(url)
    except ValueError as error:
        raise UsageError(f"PREFECT_API_URL of the profile '{name}' {error}", f"correct it: {advice}") from None
    return url


def _read_profiles(path: Path) -> dict[str, Any]:
    """The `profiles` table of a profiles.toml; empty where there is no such file."""
    try:
        profiles = tomllib.loads(path.read_text(encoding="utf-8")).get("profiles", {})
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(
            f"the profiles file {path} cannot be read: {error.strerror}",
            "let this user read it, or name another: PREFECT_PROFILES_PATH",
        ) from error
    except UnicodeDecodeError:
        raise UsageError(f"the profiles file {path} is not UTF-8", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        # The parser's own words may quote the file, which holds keys; its position is all that is said.
        place = re.search(r"at (line \d+, column \d+|end of document)", str(error))
        where = f" ({place[1]})" if place else ""
        raise UsageError(f"the profiles file {path} is not valid TOML{where}", "correct it by hand") from None
    if not isinstance(profiles, dict):
        raise UsageError(f"'profiles' in the profiles file {path} is no table", "write profiles as [profiles.NAME]")
    return profiles


def _parsed(name: str, table: object) -> _Settings:
    try:
        return _Settings.model_validate(table)
    except ValidationError as error:
        # Only the first place of each: deeper ones are names out of the user's headers.
        wrong = {str(e["loc"][0]) if e["loc"] else "it": e["msg"] for e in error.errors(include_url=False)}
    said = "; ".join(f"{setting}: {message}" for setting, message in wrong.items())
    raise UsageError(f"the profile '{name}' cannot be used: {said}", "correct it in Prefect's profiles.toml")


def _credential_files(credentials_dir: Path | None, name: str) -> dict[str, str]:
    """The values of a profile's credential files by file name, without those that are missing or empty."""
    if credentials_dir is None or name in {"", ".", ".."} or "/" in name:
        return {}
    values = {}
    for file in _CREDENTIAL_FILES:
        path = credentials_dir / name / file
        try:
            values[file] = path.read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise UsageError(
                f"the credential file {path} cannot be read: {error.strerror}", "let this user read it, or remove it"
            ) from error
        except UnicodeDecodeError:
            raise UsageError(f"the credential file {path} is not UTF-8", "save it as UTF-8") from None
    return {file: value for file, value in values.items() if value}


def _known_names(profiles: Mapping[str, Any], credentials_dir: Path | None) -> list[str]:
    directories = credentials_dir.iterdir() if credentials_dir and credentials_dir.is_dir() else ()
    # Kubernetes keeps what it mounts in directories that begin with a dot.
    named = {path.name for path in directories if path.is_dir() and not path.name.startswith(".")}
    return sorted(named | profiles.keys())


def _unknown_profile(name: str, path: Path, known: list[str]) -> UsageError:
    if not known and not path.exists():
        return UsageError(
            f"there is no profiles file at {path}, so no profile '{name}'",
            f"make the profile with `prefect profile create {name}`, or set PREFECT_PROFILES_PATH to the right file",
        )
    nearest = difflib.get_close_matches(name, known, n=1)
    guess = f"did you mean '{nearest[0]}'? " if nearest else ""
    names = ", ".join(known) or "none"
    return UsageError(f"there is no profile '{name}' in {path}", f"{guess}known profiles: {names}")
