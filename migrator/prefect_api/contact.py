"""The first contact with a workspace: is it there, is it Prefect, may I, and which one is it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from migrator.errors import RefusedError, UnreachableError
from migrator.model.canonical import Body, Json
from migrator.prefect_api.errors import ApiError, Denied, Missing
from migrator.prefect_api.profiles import Profile, normalised_url
from migrator.prefect_api.versions import can_be_written_to
from migrator.prefect_api.workspace import PROTECTED, Workspace

_CLOUD = "cloud"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a migration, as reports and records name it.

    Attributes:
        profile: The Prefect profile.
        url: The API's URL, without credentials.
        version: What the server says of itself.
        identity: The id of the protected `secret` block type, which no two databases share.
        absent: The kinds that it does not have, once that is known.
    """

    profile: str
    url: str
    version: str
    identity: str
    absent: tuple[str, ...] = ()

    @property
    def is_cloud(self) -> bool:
        """Whether it is Prefect Cloud, which has no version to tell."""
        return self.version == _CLOUD


async def reach(workspace: Workspace) -> Side:
    """Make contact.

    Raises:
        UnreachableError: It does not answer, is no Prefect API, or refuses the credentials.
    """
    profile = workspace.profile
    try:
        version = await _version(workspace)
    except ApiError as error:
        raise unreachable(profile, error) from error
    if not isinstance(version, str):
        raise _no_prefect(profile)
    return Side(profile.name, normalised_url(profile.api_url), version, await identity_of(workspace))


async def identity_of(workspace: Workspace) -> str:
    """Which workspace it is; to know that of one that others have reached takes one request.

    Raises:
        UnreachableError: It does not answer, is no Prefect API, or refuses the credentials.
    """
    try:
        secret = await workspace.get(PROTECTED)
    except ApiError as error:
        raise unreachable(workspace.profile, error) from error
    if not isinstance(secret, dict) or "id" not in secret:
        raise _no_prefect(workspace.profile)
    return str(secret["id"])


async def read_document(workspace: Workspace) -> Body:
    """The OpenAPI document that a server serves; empty where it serves none.

    Raises:
        UnreachableError: It stopped answering.
    """
    try:
        document = await workspace.get("/openapi.json")
    except ApiError as error:
        if error.permanent:
            return {}
        raise unreachable(workspace.profile, error) from error
    return document if isinstance(document, dict) else {}


def unreachable(profile: Profile, error: ApiError) -> UnreachableError:
    """What an answer of a workspace's server, or none, means to who wanted to make contact."""
    where = _named(profile)
    if isinstance(error, Denied):
        return UnreachableError(
            f"{where} refuses the credentials: {error.what}", f"check key or password of profile '{profile.name}'"
        )
    if error.status == 0:
        return UnreachableError(f"{where} cannot be reached: {error.what}", "is the server up, and the URL right?")
    return _no_prefect(profile) if error.permanent else UnreachableError(f"{where} answers {error.what}", "try later")


@contextmanager
def asked_to(deed: str, profile: Profile) -> Iterator[None]:
    """Says of a request that does not succeed which workspace it went to, and what that was asked to do.

    Raises:
        UnreachableError: A request did not succeed.
    """
    try:
        yield
    except ApiError as error:
        raise UnreachableError(f"profile '{profile.name}' does not {deed}: {error.what}", error.advice) from error


def refuse_same(source: Side, destination: Side, *, allow_same_identity: bool) -> None:
    """Refuse a workspace as its own destination.

    Raises:
        RefusedError: Both profiles lead to one workspace, by URL or by identity.
    """
    names = f"profiles '{source.profile}' and '{destination.profile}'"
    if source.url == destination.url:
        raise RefusedError(f"{names} are the same workspace, {source.url}", "name two different workspaces")
    if source.identity == destination.identity and not allow_same_identity:
        raise RefusedError(
            f"{names} are the same workspace under two URLs, {source.url} and {destination.url}",
            "if one is a restored copy of the other, say --allow-same-identity",
        )


def refuse_source_only(destination: Side) -> None:
    """Refuse a destination whose Prefect can only be a source.

    Raises:
        RefusedError: It is of Prefect 2, or older.
    """
    if not can_be_written_to(destination.version):
        raise RefusedError(
            f"profile '{destination.profile}' is a server of Prefect {destination.version}, which can only be a source",
            "upgrade it to Prefect 3, or name another destination",
        )


async def _version(workspace: Workspace) -> Json:
    """Self-hosted servers tell their version; Prefect Cloud has none to tell."""
    try:
        return await workspace.get("/admin/version")
    except Missing:
        return _CLOUD


def _no_prefect(profile: Profile) -> UnreachableError:
    return UnreachableError(f"{_named(profile)} is no Prefect API", "the URL of a server's API ends with /api")


def _named(profile: Profile) -> str:
    return f"profile '{profile.name}' ({normalised_url(profile.api_url)})"
